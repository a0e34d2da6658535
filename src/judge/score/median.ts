/** The middle of those that are numbers; between two middle ones, half-way. `null` where there is none. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const sorted = values.flatMap((value) => value ?? []).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? upper);
  return (lower + upper) / 2;
}
