const UNIT_MS = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 604_800_000],
]);
const AGO = /^(\d{1,6})([mhdw])$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;
const NANOS_PER_MS = 1_000_000n;

/**
 * A moment as it is typed: ISO 8601, in UTC where it names no zone, or how long ago (`30m`, `24h`, `7d`, `2w`).
 *
 * @returns Nanoseconds since 1970, or `undefined` for text that is not a moment.
 */
export function parseSince(text: string, nowUnixNano: bigint): bigint | undefined {
  const [, count, unit] = AGO.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit ?? "");
  if (count !== undefined && unitMs !== undefined) return nowUnixNano - BigInt(Number(count) * unitMs) * NANOS_PER_MS;
  const [, year, month, day, zone] = DATE.exec(text) ?? [];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return undefined;
  const ms = Date.parse(text.includes("T") && zone === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * NANOS_PER_MS;
}

/** `Date` turns 31 February into a day in March. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
