/** Durations of one thing measured many times, in milliseconds. */
export type Spread = { readonly median: number; readonly p10: number; readonly p90: number };

/** The middle of some durations, and where a tenth of them lie below and above. */
export function spreadOf(durationsMs: readonly number[]): Spread {
  const sorted = [...durationsMs].sort((left, right) => left - right);
  return { median: quantile(sorted, 0.5), p10: quantile(sorted, 0.1), p90: quantile(sorted, 0.9) };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
