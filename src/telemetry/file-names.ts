import { basename } from "node:path";
import { SIGNALS, type Signal } from "./signal.ts";

/**
 * How files of captured telemetry are called, and which of them is older.
 *
 * The file that is written to is `logs.jsonl`. Once closed it is a segment, `logs-2026-01-02T15-04-05.678Z.jsonl`: the
 * signal and the UTC time of closing, in digits that sort as text does, and with a `Z` that no other writer's names have,
 * so that masque never takes another program's file for its own. What a crash left behind lies beside under the file's
 * name and `.torn-<time>`, which no reader takes for telemetry.
 *
 * The OpenTelemetry Collector's file exporter calls its rotated files `<any>-2026-01-02T15-04-05.000.jsonl`
 * (lumberjack), since 0.147 with `-size` or `-time` behind (timberjack).
 */

const STAMP = String.raw`\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}`;
const SEGMENT = new RegExp(String.raw`^(${SIGNALS.join("|")})-(${STAMP}Z)\.jsonl$`);
const TORN = new RegExp(String.raw`^(${SIGNALS.join("|")})\.jsonl\.torn-(${STAMP}Z)$`);
const ROTATED = new RegExp(String.raw`-(${STAMP})Z?(-[a-z]+)?\.(jsonl|json|pb)$`, "i");

/** A file that is written no more, of our own scheme. */
export type ClosedFile = {
  readonly kind: "segment" | "torn";
  readonly signal: Signal;
  /** When it was closed or set aside, milliseconds since 1970. */
  readonly unixMs: number;
};

/** The file of a signal that lines are appended to. */
export function activeName(signal: Signal): string {
  return `${signal}.jsonl`;
}

/** The last time that a name can hold: a year of four digits. */
const STAMP_MS_MAX = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** How far ahead of the clock a name is believed: a clock is put back by less, unless it was wrong. */
const AHEAD_MS_MAX = 86_400_000;

/** The name that a signal's file gets when it is closed. */
export function segmentName(signal: Signal, unixMs: number): string {
  return `${signal}-${stampOf(unixMs)}.jsonl`;
}

/** The name of what is set aside from a file. */
export function tornName(name: string, unixMs: number): string {
  return `${name}.torn-${stampOf(unixMs)}`;
}

/** Reads a name of our own scheme; `undefined` for every other file, the active ones among them. */
export function closedFile(name: string): ClosedFile | undefined {
  return closedAs("segment", SEGMENT.exec(name)) ?? closedAs("torn", TORN.exec(name));
}

function closedAs(kind: ClosedFile["kind"], found: RegExpExecArray | null): ClosedFile | undefined {
  const signal = SIGNALS.find((known) => known === found?.[1]);
  const unixMs = timeOf(found?.[2] ?? "");
  return signal && Number.isFinite(unixMs) ? { kind, signal, unixMs } : undefined;
}

/**
 * When the next segment of a signal is said to be closed: now, but after every one that is there, so that names go on
 * sorting by age when two are closed within a millisecond, or the clock was put back a little. A name that is more than
 * a day ahead of the clock was given by a wrong clock, or by somebody else, and is left out.
 *
 * @param names What lies in the folder.
 */
export function nextSegmentMs(names: readonly string[], signal: Signal, nowMs: number): number {
  const now = Math.min(Math.max(nowMs, 0), STAMP_MS_MAX - AHEAD_MS_MAX - 1);
  const times = names.flatMap((name) => {
    const file = closedFile(name);
    return file?.kind === "segment" && file.signal === signal && !isAhead(file, now) ? [file.unixMs + 1] : [];
  });
  return times.reduce((latest, time) => Math.max(latest, time), now);
}

/** Whether a name says a time that the clock is not near to yet. */
export function isAhead({ unixMs }: Pick<ClosedFile, "unixMs">, nowMs: number): boolean {
  return unixMs > nowMs + AHEAD_MS_MAX;
}

/** Compares paths, oldest telemetry first: what was rotated by its time, then by name what bears none. */
export function byAge(a: string, b: string): number {
  const [first, second] = [ageKey(a), ageKey(b)];
  return first < second ? -1 : Number(first > second);
}

/** Sorts rotated files before all others: a digit before a tilde. */
function ageKey(path: string): string {
  const stamp = ROTATED.exec(basename(path))?.[1];
  return `${stamp ?? "~"} ${path}`;
}

function stampOf(unixMs: number): string {
  return new Date(unixMs).toISOString().replaceAll(":", "-");
}

function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/T(\d\d)-(\d\d)-(\d\d)/, "T$1:$2:$3"));
}
