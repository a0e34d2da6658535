import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded, replaceFile, statOrUndefined } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../../kernel/text/json.ts";

/**
 * What the store holds, in one file that is replaced whole: which column files count, and how far each telemetry file
 * has been read into them. Both change in the same rename, so a line is in the columns exactly when its file's mark has
 * passed it, however the writer ended.
 */

/** Rises when the columns or their meaning change: a store of another format is built anew. */
export const STORE_FORMAT = 3;

/** A telemetry file as far as it was read. */
export type KnownSource = {
  /** Stands in the rows; never given twice. */
  readonly id: number;
  /** Its name when it was seen last. */
  readonly name: string;
  readonly content: "events" | "marks";
  /** Device and inode, a hint alone: both change when a folder is moved, and inodes are given again. */
  readonly inode: string;
  /** Size and mtime when it was seen last: as long as both stay, there is nothing to look for. */
  readonly seal: string;
  /** Whole lines, newlines included. */
  readonly bytesRead: number;
  readonly linesRead: number;
  /** Lines that were no request. */
  readonly linesSkipped: number;
  /** Numbers, from 1, of the first of them that were located: at most `LIMITS.skippedLinesLocated`. */
  readonly skipped: readonly number[];
  /** Digests of the first and the last bytes read: a file is known by what it holds. */
  readonly head: string;
  readonly tail: string;
};

/** One file of records in columns. */
export type RecordFile = {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  /** The latest of its events, to find the latest session without reading any. */
  readonly latest: LatestEvent;
};

/** Where in time and in the files an event stands. */
export type LatestEvent = {
  readonly session: string;
  /** Nanoseconds since 1970; "0" where no event carries a time. */
  readonly unixNano: string;
  readonly source: number;
  readonly line: number;
  readonly pos: number;
};

/** All that is known of the store. */
export type Manifest = {
  readonly format: number;
  /** Rises with each change. */
  readonly generation: number;
  readonly sources: readonly KnownSource[];
  /** Oldest first. */
  readonly records: readonly RecordFile[];
  /** All dons and doffs. */
  readonly marks: { readonly file: string; readonly bytes: number; readonly rows: number } | null;
  /** Files of the generation before, which somebody may be reading still; the next change removes them. */
  readonly retired: readonly string[];
};

/** A store in which nothing was read yet. */
export const EMPTY_MANIFEST: Manifest = {
  format: STORE_FORMAT,
  generation: 0,
  sources: [],
  records: [],
  marks: null,
  retired: [],
};

/** Where the manifest lies. */
export function manifestPath(folder: string): string {
  return join(folder, "store.json");
}

/**
 * Reads the manifest.
 *
 * @returns The empty one where there is none, `undefined` for what cannot be understood.
 * @throws System errors of reading.
 */
export function readManifest(folder: string): Manifest | undefined {
  const path = manifestPath(folder);
  // One that is too large can be understood no better than one that is damaged: the store is built again.
  if ((statOrUndefined(path)?.size ?? 0) > LIMITS.storeManifestBytesMax) return undefined;
  const bytes = readBounded(path, LIMITS.storeManifestBytesMax, tooLarge(path));
  if (bytes === undefined) return EMPTY_MANIFEST;
  const value = parseJson(bytes.toString("utf8"));
  return value === undefined ? undefined : manifestIn(value);
}

/**
 * Replaces the manifest: from here on the new columns count.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function writeManifest(folder: string, manifest: Manifest): void {
  replaceFile(manifestPath(folder), `${JSON.stringify(manifest)}\n`);
}

function tooLarge(path: string) {
  return (bytes: number) =>
    new MasqueError("file.unreadable", `Cannot read "${path}": it has grown to ${bytes} bytes`, {
      hint: "run the command again",
    });
}

function manifestIn(value: Json): Manifest | undefined {
  if (!isObject(value)) return undefined;
  const format = countAt(value, "format");
  const generation = countAt(value, "generation");
  const sources = listAt(value, "sources", sourceIn);
  const records = listAt(value, "records", recordFileIn);
  const retired = listAt(value, "retired", (name) => (typeof name === "string" ? name : undefined));
  const marks = value["marks"] === null ? null : marksIn(value["marks"] ?? 0);
  if (format === undefined || generation === undefined || !sources || !records || !retired) return undefined;
  return marks === undefined ? undefined : { format, generation, sources, records, marks, retired };
}

function sourceIn(value: Json): KnownSource | undefined {
  if (!isObject(value)) return undefined;
  const [id, bytesRead] = [countAt(value, "id"), countAt(value, "bytesRead")];
  const [linesRead, linesSkipped] = [countAt(value, "linesRead"), countAt(value, "linesSkipped")];
  const [name, inode, seal] = [stringAt(value, "name"), stringAt(value, "inode"), stringAt(value, "seal")];
  const [head, tail] = [stringAt(value, "head"), stringAt(value, "tail")];
  // A store that was written before they were kept has none, and is as good otherwise.
  const skipped = value["skipped"] === undefined ? [] : listAt(value, "skipped", countIn);
  const content = value["content"] === "marks" ? "marks" : "events";
  if (id === undefined || bytesRead === undefined || linesRead === undefined || linesSkipped === undefined) return;
  if (name === undefined || inode === undefined || seal === undefined || head === undefined || tail === undefined)
    return;
  if (!skipped) return;
  return { id, name, content, inode, seal, bytesRead, linesRead, linesSkipped, skipped, head, tail };
}

function recordFileIn(value: Json): RecordFile | undefined {
  const found = marksIn(value);
  const latest = isObject(value) && isObject(value["latest"]) ? value["latest"] : undefined;
  if (!found || !latest) return undefined;
  const [session, unixNano] = [stringAt(latest, "session"), stringAt(latest, "unixNano")];
  const [source, line, pos] = [countAt(latest, "source"), countAt(latest, "line"), countAt(latest, "pos")];
  if (session === undefined || unixNano === undefined || !/^\d{1,20}$/.test(unixNano)) return undefined;
  if (source === undefined || line === undefined || pos === undefined) return undefined;
  return { ...found, latest: { session, unixNano, source, line, pos } };
}

function marksIn(value: Json): { file: string; bytes: number; rows: number } | undefined {
  if (!isObject(value)) return undefined;
  const [file, bytes, rows] = [stringAt(value, "file"), countAt(value, "bytes"), countAt(value, "rows")];
  if (file === undefined || !COLUMN_FILE.test(file) || bytes === undefined || rows === undefined) return undefined;
  return { file, bytes, rows };
}

/** Names of column files: what the manifest says never leads anywhere else. */
export const COLUMN_FILE = /^(?:records|marks)-\d+-[0-9a-f]{8}\.parquet$/;

function countAt(value: JsonObject, key: string): number | undefined {
  return countIn(value[key]);
}

function countIn(count: Json | undefined): number | undefined {
  return typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function listAt<T>(value: JsonObject, key: string, read: (item: Json) => T | undefined): readonly T[] | undefined {
  const list = value[key];
  if (!Array.isArray(list)) return undefined;
  const items = list.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
}
