import { SCALE, SCORE_MAX } from "../score/scale.ts";
import { DIMENSIONS, type Dimension, type Scorecard } from "../score/scorecard.ts";
import type { CostlyPrompt, Explanation, FailingTool } from "./explanation.ts";

/** What pulled one score down, as far as numbers tell. */
export type PulledDown = {
  /** Of the points that the composite lacks to 10, how many each dimension that is present accounts for; most first. */
  readonly points_lost: readonly { readonly dimension: Dimension; readonly points: number }[];
  readonly failing_tools: readonly FailingTool[];
  /** `share` is 0 to 1, of what the whole session cost. */
  readonly costliest_prompts: readonly (CostlyPrompt & { readonly share: number })[];
  /** 0 to 1, of the duration: 1 less active by duration. `null` for a session without a duration. */
  readonly idle_share: number | null;
};

/** What pulled a score down. */
export function pulledDown(card: Scorecard, { failingTools, costliestPrompts }: Explanation): PulledDown {
  const cost = card.stats.total_cost;
  return {
    points_lost: pointsLost(card),
    failing_tools: failingTools,
    costliest_prompts: costliestPrompts.map((one) => ({ ...one, share: cost ? one.cost / cost : 0 })),
    // The floor of active minutes may exceed a short duration.
    idle_share: card.duration_min ? Math.max(0, 1 - (card.active_min ?? 0) / card.duration_min) : null,
  };
}

function pointsLost({ composite, dimensions }: Scorecard): PulledDown["points_lost"] {
  if (composite === null) return [];
  const present = DIMENSIONS.flatMap((dimension) => {
    const score = dimensions[dimension];
    return score === null ? [] : [{ dimension, weight: SCALE.weights[dimension], score }];
  });
  const weights = present.reduce((sum, { weight }) => sum + weight, 0);
  return present
    .map(({ dimension, weight, score }) => ({ dimension, points: (weight / weights) * (SCORE_MAX - score) }))
    .sort((a, b) => b.points - a.points);
}
