import { ARMS, type Arm } from "./arms.ts";
import type { TrialCase } from "./suite.ts";

/** How often each arm is asked each case, and the most tokens that one answer may have. */
export type TrialSize = { readonly runs: number; readonly maxTokens: number };

/** US dollars for a million tokens, as the user's provider charges them. */
export type Prices = { readonly input: number; readonly output: number };

/** What a trial may take. */
export type Expense = {
  readonly requests: number;
  /** An estimate. */
  readonly inputTokens: number;
  /** A bound: every answer as long as it may be. */
  readonly outputTokensMax: number;
  /** US dollars, at most as far as the estimate of the input holds; `null` without prices. */
  readonly costUsd: number | null;
};

/** How many tokens a text is. Each model has a tokenizer of its own, so that the answer is an estimate. */
export type CountTokens = (text: string) => number;

/** What asking every case in every arm may take. */
export function expenseOf(
  cases: readonly TrialCase[],
  systems: Readonly<Record<Arm, string | null>>,
  {
    runs,
    maxTokens,
    prices,
    countTokens,
  }: TrialSize & { readonly prices: Prices | null; readonly countTokens: CountTokens },
): Expense {
  const requests = cases.length * ARMS.length * runs;
  const each = cases.flatMap(({ prompt }) => ARMS.map((arm) => countTokens(`${systems[arm] ?? ""}${prompt}`)));
  const inputTokens = runs * each.reduce((sum, tokens) => sum + tokens, 0);
  const outputTokensMax = requests * maxTokens;
  const costUsd = prices && (inputTokens * prices.input + outputTokensMax * prices.output) / 1_000_000;
  return { requests, inputTokens, outputTokensMax, costUsd };
}
