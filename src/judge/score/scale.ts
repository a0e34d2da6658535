/**
 * The constants of the score, in one place; they appear in every scorecard, so that a number can be checked by hand.
 *
 * @source docs/scoring.md, "The dimensions".
 */
export const SCALE = {
  /** Parts of the composite; renormalised over the dimensions that are present. */
  weights: {
    quality: 0.3,
    autonomy: 0.25,
    productivity: 0.2,
    token_efficiency: 0.15,
    cost_efficiency: 0.1,
  },
  /** Where the half-way curves are 5: tool results a prompt, completions an active minute, USD a completion. */
  half: { actions_per_prompt: 5, completions_per_minute: 3, usd_per_completion: 0.05 },
  /** A longer pause than this, in minutes, was not work. */
  gap_cap_min: 5,
  /** No session is shorter than this, in active minutes: one burst of calls does not make a rate. */
  active_floor_min: 0.1,
  /** From these composites on. */
  recommend: { keep: 7, review: 4 },
  /** From these numbers of tool results on. */
  confidence: { medium: 10, high: 30 },
} as const;

/** The best a dimension or a composite can be. */
export const SCORE_MAX = 10;
