/** A count with its noun: `1 file`, `2,000 files`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A whole number with separators between thousands. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}
