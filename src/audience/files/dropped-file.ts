import { lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { appendLineSynced } from "../../kernel/files/append-line.ts";
import { readBounded, replaceFile } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { parseJson } from "../../kernel/text/json.ts";
import { recordOf } from "../../kernel/text/json-shape.ts";
import {
  type Dropped,
  type DroppedLine,
  droppedIn,
  foldLedger,
  type Ledger,
  ledgerText,
  parseLedger,
} from "./dropped.ts";

/**
 * The ledger of what retention dropped, `<data>/audience/dropped.jsonl`: one line is appended for each file, so that
 * no content of the file can prevent the next line. When the file is longer than its limit, the older half is summed up.
 */

type Place = Pick<Paths, "audience">;

/** What former versions kept: sums and the ids of sessions in one JSON value. */
const FORMER = "dropped.json";
/** Copies of it that a fault of former versions made, one a minute. */
const FORMER_ASIDE = /^dropped\.json\.corrupt-\d+$/;
/** Marks the line that holds the former sums, so that a crash before the former file is removed counts them once. */
const FROM_FORMER = `"from":"${FORMER}"`;

/** The path of the ledger. */
export function droppedPath(paths: Place): string {
  return join(paths.audience, "dropped.jsonl");
}

/**
 * Everything that retention has dropped, as far as is known.
 *
 * @throws {MasqueError} `file.unreadable` where it is not a regular file, or longer than masque would write.
 */
export function readLedger(paths: Place): Ledger {
  const text = readText(droppedPath(paths));
  const ledger = parseLedger(text);
  const former = text.includes(FROM_FORMER) ? undefined : readFormer(paths);
  return former ? { ...ledger, before: former } : ledger;
}

/**
 * Enters one file, synced, unless it is entered already: a file that could not be removed then is dropped again.
 *
 * @throws {MasqueError} `telemetry.write-failed`, `file.unwritable`, `file.unreadable`
 */
export function enterDropped(paths: Place, line: DroppedLine): void {
  makeRoom(paths);
  const isEntered = readLedger(paths).lines.some(({ name, bytes }) => name === line.name && bytes === line.bytes);
  if (!isEntered) appendLineSynced(droppedPath(paths), JSON.stringify(line));
}

/**
 * Takes over what former versions left, once, and returns what was done, for the log; `undefined` where there is nothing.
 *
 * @throws {MasqueError} as {@link enterDropped}; and system errors.
 */
export function takeOverFormer(paths: Place): string | undefined {
  const names = namesIn(paths.audience);
  const copies = names.filter((name) => FORMER_ASIDE.test(name));
  for (const name of copies) rmSync(join(paths.audience, name), { force: true });
  const said = copies.length === 0 ? [] : [`removed ${copies.length} damaged copies of "${FORMER}"`];
  if (names.includes(FORMER)) said.push(takeOver(paths));
  return said.length === 0 ? undefined : said.join("; ");
}

function takeOver(paths: Place): string {
  const path = join(paths.audience, FORMER);
  const former = readFormer(paths);
  if (!former) {
    renameSync(path, `${path}.unreadable`);
    return `"${FORMER}" of a former version cannot be read and is now "${FORMER}.unreadable"`;
  }
  makeRoom(paths);
  if (!readText(droppedPath(paths)).includes(FROM_FORMER)) {
    appendLineSynced(droppedPath(paths), JSON.stringify({ total: former, from: FORMER }));
  }
  rmSync(path, { force: true });
  return `took over "${FORMER}" of a former version`;
}

/** Its sums; `undefined` where there is no such file or it says nothing that can be used. */
function readFormer(paths: Place): Dropped | undefined {
  try {
    const bytes = readBounded(join(paths.audience, FORMER), LIMITS.droppedFormerBytesMax, (size) =>
      tooLong(FORMER, size),
    );
    return bytes && recordOf({ dropped: droppedIn })(parseJson(bytes.toString("utf8")))?.dropped;
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

/** Keeps the ledger within its limit. What is not a file of masque's is moved away, once. */
function makeRoom(paths: Place): void {
  const path = droppedPath(paths);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isFile() || there.size > 2 * LIMITS.droppedFileBytesMax) renameSync(path, `${path}.unreadable`);
  else if (there.size > LIMITS.droppedFileBytesMax)
    replaceFile(path, ledgerText(foldLedger(parseLedger(readText(path)))));
}

function readText(path: string): string {
  const bytes = readBounded(path, 2 * LIMITS.droppedFileBytesMax, (size) => tooLong(path, size));
  return bytes?.toString("utf8") ?? "";
}

function tooLong(path: string, size: number): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": it has ${size} bytes`, {
    hint: "move it away; masque audience run does so by itself and begins a new one",
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}
