import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded, replaceFile, statOrUndefined } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { parseJson } from "../../kernel/text/json.ts";
import {
  absentAs,
  count,
  listOf,
  matching,
  oneOf,
  orNull,
  recordOf,
  type Shape,
  string,
  unixNano,
} from "../../kernel/text/json-shape.ts";

/**
 * What the store holds, in one file that is replaced whole: which column files count, and how far each telemetry file
 * has been read into them. Both change in the same rename, so a line is in the columns exactly when its file's mark has
 * passed it, however the writer ended.
 */

/** Rises when the columns or their meaning change: a store of another format is built again. */
export const STORE_FORMAT = 3;

/** A telemetry file as far as it was read. */
export type KnownSource = {
  /** The number in the rows; never given to another file. */
  readonly id: number;
  /** Its name when it was seen last. */
  readonly name: string;
  readonly content: "events" | "marks";
  /** Device and inode, only a hint: both change when a folder is moved, and inodes are reused. */
  readonly inode: string;
  /** Size and mtime when it was seen last: while both are the same, the file has not changed. */
  readonly seal: string;
  /** Whole lines, newlines included. */
  readonly bytesRead: number;
  readonly linesRead: number;
  /** Lines that were not requests. */
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

/** The place of an event in time and in the files. */
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
  /** Files of the generation before, which another process may still be reading; the next change removes them. */
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
  // A manifest that is too large is treated like a damaged one: the store is built again.
  if ((statOrUndefined(path)?.size ?? 0) > LIMITS.storeManifestBytesMax) return undefined;
  const bytes = readBounded(path, LIMITS.storeManifestBytesMax, tooLarge(path));
  if (bytes === undefined) return EMPTY_MANIFEST;
  return manifestIn(parseJson(bytes.toString("utf8")));
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

/** Names of column files: a manifest can name no other file. */
export const COLUMN_FILE = /^(?:records|marks)-\d+-[0-9a-f]{8}\.parquet$/;

const COLUMNS = { file: matching(COLUMN_FILE), bytes: count, rows: count };

const manifestIn: Shape<Manifest> = recordOf({
  format: count,
  generation: count,
  sources: listOf(
    recordOf({
      id: count,
      name: string,
      // A store of a former version has neither of these two: all its files hold events.
      content: absentAs("events", oneOf("events", "marks")),
      skipped: absentAs([], listOf(count)),
      inode: string,
      seal: string,
      bytesRead: count,
      linesRead: count,
      linesSkipped: count,
      head: string,
      tail: string,
    }),
  ),
  records: listOf(
    recordOf({
      ...COLUMNS,
      latest: recordOf({ session: string, unixNano, source: count, line: count, pos: count }),
    }),
  ),
  marks: orNull(recordOf(COLUMNS)),
  retired: listOf(string),
});
