import { plural } from "../../kernel/text/plural.ts";

/** Times for people, in the machine's own time zone or in one that is given. Programs read ISO 8601 in UTC instead. */

const MS_PER_DAY = 86_400_000;
const UNITS = [
  ["day", MS_PER_DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
] as const;
const UNKNOWN = "an unknown time";

type Zone = { readonly timeZone?: string | undefined };

/** `24 Nov 2026, 14:03`; `an unknown time` for what is not a time. */
export function dateTimeText(iso: string | null, zone: Zone = {}): string {
  const parts = partsOf(iso, zone);
  return parts ? `${parts.day} ${parts.month} ${parts.year}, ${parts.clock}` : UNKNOWN;
}

/** The zone that {@link dateTimeText} shows a time in, such as `UTC` or `GMT+1`. */
export function zoneText(iso: string | null, { timeZone }: Zone = {}): string {
  if (msOf(iso) === undefined) return "";
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" });
  return format.formatToParts(new Date(iso ?? 0)).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** `14:03 today`, `14:03 yesterday`, `24 Nov, 14:03`, and with the year where the year is another one. */
export function recentText(iso: string | null, nowUnixMs: number, zone: Zone = {}): string {
  const parts = partsOf(iso, zone);
  if (!parts) return UNKNOWN;
  const at = (unixMs: number) => partsOf(new Date(unixMs).toISOString(), zone);
  const [today, yesterday] = [at(nowUnixMs), at(nowUnixMs - MS_PER_DAY)];
  if (isSameDay(parts, today)) return `${parts.clock} today`;
  if (isSameDay(parts, yesterday)) return `${parts.clock} yesterday`;
  if (parts.year === today?.year) return `${parts.day} ${parts.month}, ${parts.clock}`;
  return dateTimeText(iso, zone);
}

/** `12 minutes ago`, in the largest unit that holds one; `just now` below a second, and for a time to come. */
export function agoText(iso: string | null, nowUnixMs: number): string {
  const ms = msOf(iso);
  if (ms === undefined) return UNKNOWN;
  const passedMs = nowUnixMs - ms;
  const unit = UNITS.find(([, lengthMs]) => passedMs >= lengthMs);
  return unit ? `${plural(Math.floor(passedMs / unit[1]), unit[0])} ago` : "just now";
}

/** `14:03 today, 12 minutes ago` */
export function whenText(iso: string | null, nowUnixMs: number, zone: Zone = {}): string {
  if (msOf(iso) === undefined) return UNKNOWN;
  return `${recentText(iso, nowUnixMs, zone)}, ${agoText(iso, nowUnixMs)}`;
}

/**
 * Short labels for some times in order, which differ where the times do: the day where each has a day of its own, the
 * clock where all are of one day, both otherwise. `?` for what is not a time.
 */
export function timeLabels(times: readonly (string | null)[], zone: Zone = {}): string[] {
  const all = times.map((time) => partsOf(time, zone));
  const days = all.map((parts) => (parts ? `${parts.day} ${parts.month}` : "?"));
  const known = days.filter((day) => day !== "?");
  const distinct = new Set(known).size;
  if (distinct === known.length && known.length > 1) return days;
  if (distinct <= 1) return all.map((parts) => parts?.clock ?? "?");
  return all.map((parts, at) => (parts ? `${days[at]}, ${parts.clock}` : "?"));
}

/** `14:03` */
export function clockText(iso: string | null, zone: Zone = {}): string {
  return partsOf(iso, zone)?.clock ?? UNKNOWN;
}

type Parts = { readonly year: string; readonly month: string; readonly day: string; readonly clock: string };

function partsOf(iso: string | null, { timeZone }: Zone): Parts | undefined {
  const ms = msOf(iso);
  if (ms === undefined) return undefined;
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const found = new Map(format.formatToParts(new Date(ms)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? "";
  return { year: part("year"), month: part("month"), day: part("day"), clock: `${part("hour")}:${part("minute")}` };
}

function msOf(iso: string | null): number | undefined {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

function isSameDay(a: Parts, b: Parts | undefined): boolean {
  return a.day === b?.day && a.month === b.month && a.year === b.year;
}
