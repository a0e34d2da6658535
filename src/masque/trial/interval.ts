/** A share of some answers. `of` is how many independent observations the share rests on. */
export type Share = { readonly share: number; readonly of: number };

/** The difference of two shares with its 95 % interval, each from -1 to 1. */
export type Difference = {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** `unclear` where the interval holds 0. */
  readonly verdict: "higher" | "lower" | "unclear";
};

/** The normal distribution's quantile at 97.5 %. */
const Z = 1.959963984540054;

/**
 * The interval of a share by Wilson's score method: inside 0 and 1, and wide where there are few observations.
 *
 * @param of More than 0.
 * @source E. B. Wilson, 1927. Probable inference, the law of succession, and statistical inference.
 */
export function wilson({ share, of }: Share): { readonly low: number; readonly high: number } {
  const center = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z / (1 + (Z * Z) / of)) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/**
 * How much higher `one` is than `other`, by Newcombe's method, which joins the two intervals of Wilson. It takes the two shares
 * as independent. `null` where one of them rests on nothing.
 *
 * @source R. G. Newcombe, 1998. Interval estimation for the difference between independent proportions, method 10.
 */
export function differenceOf(one: Share, other: Share): Difference | null {
  if (one.of === 0 || other.of === 0) return null;
  const [ofOne, ofOther] = [wilson(one), wilson(other)];
  const difference = one.share - other.share;
  const low = difference - Math.hypot(one.share - ofOne.low, ofOther.high - other.share);
  const high = difference + Math.hypot(ofOne.high - one.share, other.share - ofOther.low);
  return { difference, low, high, verdict: low > 0 ? "higher" : high < 0 ? "lower" : "unclear" };
}
