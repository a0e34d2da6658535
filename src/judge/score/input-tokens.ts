import type { Scorecard } from "./scorecard.ts";

/** Input tokens of every kind; `null` where none were reported. */
export function inputTokens(stats: Scorecard["stats"]): number | null {
  const { input_tokens, cache_read_tokens, cache_creation_tokens } = stats;
  const reported = [input_tokens, cache_read_tokens, cache_creation_tokens].filter((tokens) => tokens !== null);
  return reported.length === 0 ? null : reported.reduce((sum, tokens) => sum + tokens, 0);
}
