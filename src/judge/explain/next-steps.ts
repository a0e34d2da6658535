import { inputTokens } from "../score/input-tokens.ts";
import { SCALE } from "../score/scale.ts";
import type { Dimension, Scorecard } from "../score/scorecard.ts";
import type { FailingTool } from "./explanation.ts";
import type { PulledDown } from "./pulled-down.ts";

/** What suggests a step that a person could take: counts and shares (0 to 1), no wording. */
export type NextStep =
  | { readonly about: "quality"; readonly failed: number; readonly calls: number; readonly worst: FailingTool | null }
  | { readonly about: "autonomy"; readonly actionsPerPrompt: number }
  | { readonly about: "productivity"; readonly completionsPerMinute: number }
  | { readonly about: "token_efficiency"; readonly cachedShare: number }
  | {
      readonly about: "cost_efficiency";
      /** US dollars; `null` where nothing succeeded. */
      readonly costPerCompletion: number | null;
      /** Of the prompt that cost most, in the cost of the session; `null` where no prompt is known. */
      readonly costliestShare: number | null;
    }
  | { readonly about: "errors"; readonly apiErrors: number }
  | { readonly about: "idle"; readonly idleShare: number }
  | { readonly about: "telemetry"; readonly isMasqueSession: boolean; readonly missing: "telemetry" | "tools" }
  | { readonly about: "confidence"; readonly missing: "calls"; readonly calls: number }
  | { readonly about: "confidence"; readonly missing: "comparison" };

const STEPS_MAX = 5;
/** From this share of a session on, most of the session was waiting. */
const IDLE_SHARE_NAMED = 0.5;

/**
 * What a person could do next, most pressing first. Each step is a hint from counts, and not a diagnosis.
 *
 * @param others How many other sessions have a score.
 */
export function nextSteps(card: Scorecard, pulled: PulledDown, others: number): NextStep[] {
  const { stats } = card;
  if (stats.total_tools === 0) return [telemetryStep(card)];
  const steps = pulled.points_lost
    .filter(({ dimension }) => (card.dimensions[dimension] ?? 0) < SCALE.recommend.keep)
    .map(({ dimension }) => STEP_FOR[dimension](card, pulled));
  const more: NextStep[] = [];
  if (stats.api_errors > 0) more.push({ about: "errors", apiErrors: stats.api_errors });
  const idleShare = pulled.idle_share ?? 0;
  if (idleShare >= IDLE_SHARE_NAMED && card.masque_session !== null) more.push({ about: "idle", idleShare });
  const trust = confidenceStep(card, others);
  return [...steps, ...more].slice(0, STEPS_MAX - trust.length).concat(trust);
}

const STEP_FOR: Readonly<Record<Dimension, (card: Scorecard, pulled: PulledDown) => NextStep>> = {
  quality: ({ stats }, { failing_tools: [worst] }) => ({
    about: "quality",
    failed: stats.total_tools - stats.tools_ok,
    calls: stats.total_tools,
    worst: worst ?? null,
  }),
  autonomy: ({ stats }) => ({
    about: "autonomy",
    actionsPerPrompt: stats.total_tools / Math.max(stats.prompts, 1),
  }),
  productivity: ({ stats, active_min }) => ({
    about: "productivity",
    completionsPerMinute: stats.tools_ok / (active_min ?? SCALE.active_floor_min),
  }),
  token_efficiency: ({ stats }) => ({
    about: "token_efficiency",
    cachedShare: (stats.cache_read_tokens ?? 0) / (inputTokens(stats) ?? 1),
  }),
  cost_efficiency: ({ stats }, { costliest_prompts: [costliest] }) => ({
    about: "cost_efficiency",
    costPerCompletion: stats.tools_ok === 0 ? null : (stats.total_cost ?? 0) / stats.tools_ok,
    costliestShare: costliest?.share ?? null,
  }),
};

function telemetryStep({ stats, masque_session }: Scorecard): NextStep {
  const isSilent = (stats.input_tokens ?? 0) + (stats.output_tokens ?? 0) + stats.prompts === 0;
  return {
    about: "telemetry",
    isMasqueSession: masque_session !== null,
    missing: isSilent ? "telemetry" : "tools",
  };
}

function confidenceStep({ confidence, stats, masque_session }: Scorecard, others: number): NextStep[] {
  if (confidence === "low") return [{ about: "confidence", missing: "calls", calls: stats.total_tools }];
  return masque_session === null || others > 0 ? [] : [{ about: "confidence", missing: "comparison" }];
}
