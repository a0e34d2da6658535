import { isoTime } from "../../kernel/clock.ts";
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

const NO_ACTION = "neither a tool nor a model request ran";
const NO_COST = "no model request reported what it cost";
const NO_TOKENS = "no model request reported any";
/** How far the rounding of doubles may carry a mean beyond its parts. */
const ROUNDING = 1e-9;

/** The scorecard of one masque session or baseline. */
export function scoreQuantities(subject: Subject, of: Quantities): Scorecard {
  const dimensions = scoreDimensions(of);
  const composite = scoreComposite(of, dimensions);
  return {
    session: subject.session,
    masque_session: subject.masqueSession,
    masque: subject.masque,
    version: subject.version,
    digest: subject.digest,
    project: subject.project,
    started_at: subject.startedUnixNano === null ? null : isoTime(subject.startedUnixNano),
    duration_min: subject.durationMin,
    active_min: of.activeMin === null ? null : activeMinutes(of.activeMin),
    dimensions: mapDimensions((name) => scoreOf(dimensions[name])),
    composite: scoreOf(composite),
    recommendation: recommend(scoreOf(composite)),
    confidence: confidenceIn(of.tools),
    stats: statsOf(of),
    absent: absences(subject, { ...dimensions, composite, recommendation: composite }, of),
    scale: SCALE,
  };
}

function scoreDimensions(of: Quantities): Record<Dimension, Scored> {
  const cacheRead = of.cacheReadTokens ?? 0;
  const input = cacheRead + (of.cacheCreationTokens ?? 0) + (of.inputTokens ?? 0);
  const cost = of.costUsd;
  const whenTools = (score: () => number): Scored => (of.tools === 0 ? { absent: NO_TOOL } : scored(score()));
  return {
    quality: whenTools(() => (SCORE_MAX * of.toolsOk) / of.tools),
    autonomy: whenTools(() => rising(of.tools / Math.max(of.prompts, 1), SCALE.half.actions_per_prompt)),
    productivity: whenTools(() =>
      rising(of.toolsOk / activeMinutes(of.activeMin ?? 0), SCALE.half.completions_per_minute),
    ),
    token_efficiency: input > 0 ? scored((SCORE_MAX * cacheRead) / input) : { absent: "no input tokens were reported" },
    cost_efficiency:
      cost === null
        ? { absent: NO_COST }
        : whenTools(() => (of.toolsOk === 0 ? 0 : falling(cost / of.toolsOk, SCALE.half.usd_per_completion))),
  };
}

/** @throws TypeError for what is not on the scale of 0 to 10: a number that gets here out of range is a bug. */
function scored(score: number): Scored {
  if (!(score >= -ROUNDING && score <= SCORE_MAX + ROUNDING)) throw new TypeError(`${score} is not a score of 0 to 10`);
  return { score: Math.min(SCORE_MAX, Math.max(0, score)) };
}

/** 0 at 0, 5 at `half`, towards 10 for ever. */
function rising(x: number, half: number): number {
  return (SCORE_MAX * x) / (x + half);
}

/** 10 at 0, 5 at `half`, towards 0 for ever. */
function falling(x: number, half: number): number {
  return (SCORE_MAX * half) / (x + half);
}

function activeMinutes(measured: number): number {
  return Math.max(measured, SCALE.active_floor_min);
}

function scoreComposite(of: Quantities, dimensions: Record<Dimension, Scored>): Scored {
  if (of.tools === 0) return { absent: NO_TOOL };
  let sum = 0;
  let weights = 0;
  for (const name of DIMENSIONS) {
    const score = scoreOf(dimensions[name]);
    if (score === null) continue;
    sum += SCALE.weights[name] * score;
    weights += SCALE.weights[name];
  }
  return scored(sum / weights);
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
  if (of.activeMin === null) absent["active_min"] = NO_ACTION;
  for (const [name, one] of Object.entries(scored)) if ("absent" in one) absent[name] = one.absent;
  if (of.tools === 0) absent["tool_success_pct"] = NO_TOOL;
  if (of.costUsd === null) absent["total_cost"] = NO_COST;
  const { input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens } = statsOf(of);
  for (const [name, tokens] of Object.entries({
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_creation_tokens,
  })) {
    if (tokens === null) absent[name] = NO_TOKENS;
  }
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
