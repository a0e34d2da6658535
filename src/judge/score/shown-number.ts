/** Bounds that decide something about a number: what it must reach, and what it may not exceed. */
export type Bounds = { readonly least?: readonly number[]; readonly most?: readonly number[] };

/** A double has no more digits than these. */
const DIGITS_MAX = 17;

/**
 * A number as text, rounded to so many decimals, and to more where rounding would contradict a decision: what is shown lies
 * on the same side of each bound as the number itself. 6.96 with a bound of 7 is "6.96", 7.04 is "7.0".
 */
export function shownNumber(value: number, decimals: number, bounds: Bounds = {}): string {
  return firstThatAgrees(value, bounds, decimals, (digits) => value.toFixed(digits));
}

/** The same for a number of which no decimal may be left: so many digits that count, or more. */
export function shownDigits(value: number, digits: number, bounds: Bounds = {}): string {
  return firstThatAgrees(value, bounds, digits, (count) => value.toPrecision(count));
}

function firstThatAgrees(value: number, bounds: Bounds, from: number, textOf: (digits: number) => string): string {
  const { least = [], most = [] } = bounds;
  for (let digits = from; digits <= DIGITS_MAX; digits++) {
    const text = textOf(digits);
    const shown = Number(text);
    const isAgreed =
      least.every((bound) => shown >= bound === value >= bound) &&
      most.every((bound) => shown <= bound === value <= bound);
    if (isAgreed) return text;
  }
  return String(value);
}
