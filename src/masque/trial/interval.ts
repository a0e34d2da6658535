/** How many of some answers passed. */
export type Tally = { readonly passed: number; readonly of: number };

/** The same prompt in two arms. */
export type Pair = { readonly one: Tally; readonly other: Tally };

/** The difference of two shares with its 95 % interval, each from -1 to 1. */
export type Difference = {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** `unclear` where the interval holds 0, or where there are so few answers that chance alone could always explain them. */
  readonly verdict: "higher" | "lower" | "unclear";
};

/** The normal distribution's quantile at 97.5 %. */
const Z = 1.959963984540054;

/** What a program calls unlikely: one in twenty, both directions together. */
const UNLIKELY = 0.05;

/**
 * The interval of a share by Wilson's score method: inside 0 and 1, and wide where there are few answers.
 *
 * @param of More than 0.
 * @source E. B. Wilson, 1927. Probable inference, the law of succession, and statistical inference.
 */
export function wilson({ passed, of }: Tally): { readonly low: number; readonly high: number } {
  const share = passed / of;
  const center = (share + (Z * Z) / (2 * of)) / (1 + (Z * Z) / of);
  const half = (Z / (1 + (Z * Z) / of)) * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}

/**
 * How much higher `one` is than `other`: the mean over the prompts of the difference of the two shares. The interval joins
 * those of Wilson, by Newcombe's method for one prompt and by its extension to sums for several. It is about these prompts: it
 * says nothing about others. `null` where no prompt was answered in both arms.
 *
 * @source R. G. Newcombe, 1998. Interval estimation for the difference between independent proportions, method 10.
 * @source G. Y. Zou and A. Donner, 2008. Construction of confidence limits about effect measures: a general approach.
 */
export function differenceOf(pairs: readonly Pair[]): Difference | null {
  const answered = pairs.filter(({ one, other }) => one.of > 0 && other.of > 0);
  if (answered.length === 0) return null;
  const each = answered.map(newcombe);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / each.length;
  const difference = mean(each.map((one) => one.difference));
  const low = difference - Math.hypot(...each.map((one) => one.difference - one.low)) / each.length;
  const high = difference + Math.hypot(...each.map((one) => one.high - one.difference)) / each.length;
  const isTold = smallestChance(answered) <= UNLIKELY;
  return { difference, low, high, verdict: isTold && low > 0 ? "higher" : isTold && high < 0 ? "lower" : "unclear" };
}

function newcombe({ one, other }: Pair): { readonly difference: number; readonly low: number; readonly high: number } {
  const [ofOne, ofOther] = [wilson(one), wilson(other)];
  const [share, against] = [one.passed / one.of, other.passed / other.of];
  const difference = share - against;
  return {
    difference,
    low: difference - Math.hypot(share - ofOne.low, ofOther.high - against),
    high: difference + Math.hypot(ofOne.high - share, against - ofOther.low),
  };
}

/**
 * How likely chance alone would make the clearest outcome that these numbers allow, all against none in every prompt: an exact
 * test that deals the answers of each prompt to the two arms. Three against three is 1 in 10, so it can never tell.
 */
function smallestChance(pairs: readonly Pair[]): number {
  return 2 * pairs.reduce((chance, { one, other }) => chance / waysToDeal(one.of, other.of), 1);
}

/** In how many ways `one` of `one + other` answers can be chosen. */
function waysToDeal(one: number, other: number): number {
  let ways = 1;
  for (let index = 1; index <= one; index += 1) ways = (ways * (other + index)) / index;
  return ways;
}
