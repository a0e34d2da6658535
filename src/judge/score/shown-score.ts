import { SCALE } from "./scale.ts";
import { shownNumber } from "./shown-number.ts";

/**
 * One decimal, more where the advice or a bar would contradict it, or a dash for what is absent.
 *
 * @param least Bars that the score must reach.
 */
export function scoreText(score: number | null, least: readonly number[] = []): string {
  return score === null
    ? "–"
    : shownNumber(score, 1, { least: [SCALE.recommend.keep, SCALE.recommend.review, ...least] });
}
