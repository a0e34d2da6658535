import { renameSync } from "node:fs";
import { join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { readBounded, replaceFile } from "../kernel/files.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../kernel/json.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Paths } from "../kernel/paths.ts";
import { SIGNALS, type Signal } from "../telemetry/otlp.ts";
import type { DropReason } from "./retention.ts";

/**
 * What retention has dropped, in `<data>/audience/dropped.json`: telemetry that was acknowledged is never gone without
 * a word. A file is entered before it is removed, as the one being dropped, and counted once it is gone: whatever a
 * crash interrupts, the next look finishes, and nothing is counted twice.
 */
export type Dropped = {
  readonly files: Readonly<Record<DropReason, number>>;
  readonly bytes: number;
  /** Log records, data points and spans. */
  readonly records: Readonly<Record<Signal, number>>;
  /** Agent sessions of which something was dropped. */
  readonly sessions: number;
  /** The ids of the latest of them, up to `LIMITS.droppedSessionsMax`. */
  readonly sessionIds: readonly string[];
  /** Those of which logs were dropped, by id: what the judge may ask for. */
  readonly logSessions: Readonly<Record<string, DroppedLogs>>;
  /** Files of logs that went although the judge could not read them first. */
  readonly unjudged: number;
  /** The records' own times, ISO 8601, UTC; `null` where nothing dropped bore one. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** When something was last dropped, ISO 8601, UTC. */
  readonly lastDropped: string;
};

/** What became of an agent session's logs. */
export type DroppedLogs = {
  /** When some were last dropped, ISO 8601, UTC. */
  readonly at: string;
  /** Why then. */
  readonly reason: DropReason;
  /** Whether the judge had read all that was ever dropped of it. */
  readonly isJudged: boolean;
};

/** One file on its way out. */
export type Dropping = {
  readonly name: string;
  readonly reason: DropReason;
  readonly bytes: number;
  readonly signal: Signal;
  readonly records: number;
  readonly sessionIds: readonly string[];
  /** Whether the judge has read it, or has nothing to read in it. */
  readonly isJudged: boolean;
  readonly oldest: string | null;
  readonly newest: string | null;
  readonly at: string;
};

/** The file's content: what is gone, and what may be half gone. */
export type DroppedFile = { readonly dropped: Dropped | null; readonly dropping: Dropping | null };

const NOTHING: DroppedFile = { dropped: null, dropping: null };

/** Where it is remembered. */
export function droppedPath(paths: Pick<Paths, "audience">): string {
  return join(paths.audience, "dropped.json");
}

/**
 * What retention has dropped, ever; `null` when nothing was.
 *
 * @throws {MasqueError} `file.unreadable` when the file is there and does not say.
 */
export function readDropped(paths: Pick<Paths, "audience">): Dropped | null {
  const { dropped, dropping } = readDroppedFile(paths);
  return dropping ? withDropped(dropped, dropping) : dropped;
}

/**
 * The same with what is under way apart.
 *
 * @throws {MasqueError} `file.unreadable`
 */
export function readDroppedFile(paths: Pick<Paths, "audience">): DroppedFile {
  const path = droppedPath(paths);
  const bytes = readBounded(path, LIMITS.droppedFileBytesMax, (size) => damaged(path, `it has ${size} bytes`));
  if (!bytes) return NOTHING;
  const value = parseJson(bytes.toString("utf8"));
  const file = isObject(value) ? droppedFileIn(value) : undefined;
  if (!file) throw damaged(path, "it is not what masque wrote");
  return file;
}

/** Replaces it, synced. */
export function writeDroppedFile(paths: Pick<Paths, "audience">, file: DroppedFile): void {
  replaceFile(droppedPath(paths), `${JSON.stringify({ version: 1, ...file })}\n`);
}

/** Puts a file that cannot be read out of the way, and answers where it is now. */
export function setDroppedAside(paths: Pick<Paths, "audience">, unixMs: number): string {
  const aside = `${droppedPath(paths)}.corrupt-${unixMs}`;
  renameSync(droppedPath(paths), aside);
  return aside;
}

/** Everything dropped, one file more. */
export function withDropped(before: Dropped | null, one: Dropping): Dropped {
  const known = new Set(before?.sessionIds);
  const fresh = one.sessionIds.filter((id) => !known.has(id));
  const files = before?.files ?? { age: 0, size: 0 };
  const records = before?.records ?? { logs: 0, metrics: 0, traces: 0 };
  const sessionIds = [...known, ...fresh].slice(-LIMITS.droppedSessionsMax);
  return {
    files: { ...files, [one.reason]: files[one.reason] + 1 },
    bytes: (before?.bytes ?? 0) + one.bytes,
    records: { ...records, [one.signal]: records[one.signal] + one.records },
    sessions: (before?.sessions ?? 0) + fresh.length,
    sessionIds,
    logSessions: withLogs(before?.logSessions ?? {}, one, sessionIds),
    unjudged: (before?.unjudged ?? 0) + Number(!one.isJudged),
    oldest: first(before?.oldest, one.oldest),
    newest: last(before?.newest, one.newest),
    lastDropped: one.at,
  };
}

/**
 * What became of the logs of an agent session; `undefined` when none of them was dropped, as far as is remembered.
 */
export function droppedLogsOf(dropped: Dropped | null, session: string): DroppedLogs | undefined {
  const logs = dropped?.logSessions ?? {};
  return Object.hasOwn(logs, session) ? logs[session] : undefined;
}

function withLogs(
  before: Dropped["logSessions"],
  { signal, sessionIds, at, reason, isJudged }: Dropping,
  remembered: readonly string[],
): Dropped["logSessions"] {
  const logs = new Map<string, DroppedLogs>(Object.entries(before));
  if (signal === "logs") {
    for (const id of sessionIds) logs.set(id, { at, reason, isJudged: isJudged && logs.get(id)?.isJudged !== false });
  }
  const kept = new Set(remembered);
  return Object.fromEntries([...logs].filter(([id]) => kept.has(id)));
}

/** ISO 8601 in UTC sorts as text. */
function first(a: string | null | undefined, b: string | null): string | null {
  return a && (b === null || a < b) ? a : b;
}

function last(a: string | null | undefined, b: string | null): string | null {
  return a && (b === null || a > b) ? a : b;
}

function droppedFileIn(value: JsonObject): DroppedFile | undefined {
  const dropped = orNull<Dropped>(value["dropped"], isDropped);
  const dropping = orNull<Dropping>(value["dropping"], isDropping);
  return dropped === undefined || dropping === undefined ? undefined : { dropped, dropping };
}

function orNull<T>(value: Json | undefined, is: (value: JsonObject) => boolean): T | null | undefined {
  if (value === null) return null;
  // Looked at member by member by `is`, and written by nobody but us.
  return isObject(value) && is(value) ? (value as unknown as T) : undefined;
}

function isDropped(value: JsonObject): boolean {
  const { files, records } = value;
  return (
    isObject(files) &&
    isCount(files["age"]) &&
    isCount(files["size"]) &&
    isObject(records) &&
    SIGNALS.every((signal) => isCount(records[signal])) &&
    isCount(value["bytes"]) &&
    isCount(value["sessions"]) &&
    isTexts(value["sessionIds"]) &&
    isLogSessions(value["logSessions"]) &&
    isCount(value["unjudged"]) &&
    hasTimes(value) &&
    stringAt(value, "lastDropped") !== undefined
  );
}

function isDropping(value: JsonObject): boolean {
  return (
    stringAt(value, "name") !== undefined &&
    (value["reason"] === "age" || value["reason"] === "size") &&
    SIGNALS.some((signal) => signal === value["signal"]) &&
    isCount(value["bytes"]) &&
    isCount(value["records"]) &&
    isTexts(value["sessionIds"]) &&
    typeof value["isJudged"] === "boolean" &&
    hasTimes(value) &&
    stringAt(value, "at") !== undefined
  );
}

function isLogSessions(value: Json | undefined): boolean {
  if (!isObject(value)) return false;
  return Object.values(value).every(
    (logs) =>
      isObject(logs) &&
      stringAt(logs, "at") !== undefined &&
      (logs["reason"] === "age" || logs["reason"] === "size") &&
      typeof logs["isJudged"] === "boolean",
  );
}

function hasTimes(value: JsonObject): boolean {
  return [value["oldest"], value["newest"]].every((time) => time === null || typeof time === "string");
}

function isCount(value: Json | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: Json | undefined): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function damaged(path: string, found: string): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": ${found}`, {
    hint: "move it away; masque audience run does so by itself and begins a new one",
  });
}
