import { isoTime } from "../kernel/clock.ts";
import type { Quantities, Subject } from "./quantities.ts";
import { SCALE, SCORE_MAX } from "./scale.ts";
import { type Confidence, DIMENSIONS, type Dimension, type Recommendation, type Scorecard } from "./scorecard.ts";

/**
 * Quantities to scores. Here and not in SQL because it is arithmetic on one row: each formula is read beside its
 * definition in docs/scoring.md and tested without a database.
 */

/** A score, or why there is none. */
type Scored = { readonly score: number } | { readonly absent: string };

const NO_TOOL = "no tool ran";
const NO_TIME = "no event carries a time";

/** Why cost efficiency is absent where nobody told a cost: a bar on the cost itself is not reached then either. */
export const COST_UNKNOWN = "no model request told what it cost";

/** The scorecard of one masque session or baseline. */
export function scoreQuantities(subject: Subject, of: Quantities): Scorecard {
  const scored = scoreDimensions(of);
  const composite = scoreComposite(of, scored);
  const dimensions = mapDimensions((name) => scoreOf(scored[name]));
  return {
    session: subject.session,
    masque_session: subject.masqueSession,
    masque: subject.masque,
    version: subject.version,
    digest: subject.digest,
    started_at: subject.startedUnixNano === null ? null : isoTime(subject.startedUnixNano),
    duration_min: subject.durationMin,
    active_min: activeMinutes(of),
    dimensions,
    composite: scoreOf(composite),
    recommendation: recommend(scoreOf(composite)),
    confidence: confidenceIn(of.tools),
    stats: statsOf(of),
    absent: absences(subject, { ...scored, composite, recommendation: composite }, of),
    scale: SCALE,
  };
}

function scoreDimensions(of: Quantities): Record<Dimension, Scored> {
  const input = of.cacheReadTokens + of.cacheCreationTokens + of.inputTokens;
  const whenTools = (score: () => number): Scored => (of.tools === 0 ? { absent: NO_TOOL } : { score: score() });
  return {
    quality: whenTools(() => (SCORE_MAX * of.toolsOk) / of.tools),
    autonomy: whenTools(() => rising(of.tools / Math.max(of.prompts, 1), SCALE.half.actions_per_prompt)),
    productivity: whenTools(() => rising(of.toolsOk / activeMinutes(of), SCALE.half.completions_per_minute)),
    token_efficiency:
      input > 0 ? { score: (SCORE_MAX * of.cacheReadTokens) / input } : { absent: "no input tokens were reported" },
    cost_efficiency:
      of.pricedRequests === 0
        ? { absent: COST_UNKNOWN }
        : whenTools(() => (of.toolsOk === 0 ? 0 : falling(of.costUsd / of.toolsOk, SCALE.half.usd_per_completion))),
  };
}

/** 0 at 0, 5 at `half`, towards 10 for ever. */
function rising(x: number, half: number): number {
  return (SCORE_MAX * x) / (x + half);
}

/** 10 at 0, 5 at `half`, towards 0 for ever. */
function falling(x: number, half: number): number {
  return (SCORE_MAX * half) / (x + half);
}

function activeMinutes(of: Quantities): number {
  return Math.max(of.activeMin, SCALE.active_floor_min);
}

function scoreComposite(of: Quantities, scored: Record<Dimension, Scored>): Scored {
  if (of.tools === 0) return { absent: NO_TOOL };
  let sum = 0;
  let weights = 0;
  for (const name of DIMENSIONS) {
    const score = scoreOf(scored[name]);
    if (score === null) continue;
    sum += SCALE.weights[name] * score;
    weights += SCALE.weights[name];
  }
  return { score: sum / weights };
}

function recommend(composite: number | null): Recommendation | null {
  if (composite === null) return null;
  if (composite >= SCALE.recommend.keep) return "keep";
  return composite >= SCALE.recommend.review ? "review" : "doff";
}

function confidenceIn(tools: number): Confidence {
  if (tools < SCALE.confidence.medium) return "low";
  return tools < SCALE.confidence.high ? "medium" : "high";
}

function statsOf(of: Quantities): Scorecard["stats"] {
  return {
    total_cost: of.costUsd,
    total_tools: of.tools,
    tools_ok: of.toolsOk,
    tool_success_pct: of.tools === 0 ? null : (100 * of.toolsOk) / of.tools,
    prompts: of.prompts,
    input_tokens: of.inputTokens,
    output_tokens: of.outputTokens,
    cache_read_tokens: of.cacheReadTokens,
    cache_creation_tokens: of.cacheCreationTokens,
    api_errors: of.apiErrors,
  };
}

function absences(subject: Subject, scored: Readonly<Record<string, Scored>>, of: Quantities): Record<string, string> {
  const absent: Record<string, string> = {};
  if (subject.startedUnixNano === null) absent["started_at"] = NO_TIME;
  if (subject.durationMin === null) absent["duration_min"] = NO_TIME;
  for (const [name, one] of Object.entries(scored)) if ("absent" in one) absent[name] = one.absent;
  if (of.tools === 0) absent["tool_success_pct"] = NO_TOOL;
  return absent;
}

function scoreOf(scored: Scored): number | null {
  return "score" in scored ? scored.score : null;
}

function mapDimensions(score: (name: Dimension) => number | null): Record<Dimension, number | null> {
  return {
    quality: score("quality"),
    autonomy: score("autonomy"),
    productivity: score("productivity"),
    token_efficiency: score("token_efficiency"),
    cost_efficiency: score("cost_efficiency"),
  };
}
