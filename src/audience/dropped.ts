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
  /** The records' own times, ISO 8601, UTC; `null` where nothing dropped bore one. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** When something was last dropped, ISO 8601, UTC. */
  readonly lastDropped: string;
};

/** One file on its way out. */
export type Dropping = {
  readonly name: string;
  readonly reason: DropReason;
  readonly bytes: number;
  readonly signal: Signal;
  readonly records: number;
  readonly sessionIds: readonly string[];
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
  return {
    files: { ...files, [one.reason]: files[one.reason] + 1 },
    bytes: (before?.bytes ?? 0) + one.bytes,
    records: { ...records, [one.signal]: records[one.signal] + one.records },
    sessions: (before?.sessions ?? 0) + fresh.length,
    sessionIds: [...known, ...fresh].slice(-LIMITS.droppedSessionsMax),
    oldest: first(before?.oldest, one.oldest),
    newest: last(before?.newest, one.newest),
    lastDropped: one.at,
  };
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
    hasTimes(value) &&
    stringAt(value, "at") !== undefined
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
