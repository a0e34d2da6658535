import inRange from "../../../sql/duckdb/in-range.sql" with { type: "text" };
import latestEvent from "../../../sql/duckdb/latest-event.sql" with { type: "text" };
import { MasqueError } from "../../kernel/errors.ts";
import { makePrivateFolder } from "../../kernel/files/files.ts";
import { withLock } from "../../kernel/files/lock.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { stringAt } from "../../kernel/text/json.ts";
import type { Sources } from "../port.ts";
import type { Columns } from "../reading/columns.ts";
import { TelemetryReader } from "../reading/telemetry-reader.ts";
import {
  EMPTY_MANIFEST,
  type KnownSource,
  type LatestEvent,
  type Manifest,
  type RecordFile,
  readManifest,
  STORE_FORMAT,
  writeManifest,
} from "../store/manifest.ts";
import { readNewLines } from "../store/new-lines.ts";
import { isOfLook, lookAtStore, type StoreLook } from "../store/store-look.ts";
import { ColumnFiles, FILE_ORDER } from "./column-files.ts";
import type { DuckDb } from "./duckdb.ts";
import { numberAt } from "./rows.ts";

/**
 * Brings the store up to date. One process at a time does so, under a lock that ends with the process. Readers need no
 * lock, because column files never change and the manifest that names them is replaced in one rename. An update that is
 * killed leaves the old manifest or the new one, and at most some column files that no manifest names. The next update
 * removes those.
 */

/** What an update needs. */
export type StoreUpdate = {
  /** Its tables `fresh` and `mark` are empty, and are so again afterwards. */
  readonly db: DuckDb;
  readonly folder: string;
  readonly sources: Sources;
  /** Whether the store is built again from the files. */
  readonly isRebuild: boolean;
  /** An earlier look at the store: used when the store has not changed by the time the lock is held. */
  readonly look?: StoreLook | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
};

/**
 * Reads what is new in the sources into the store. Rows of files that are gone stay, also in a rebuild: no other copy exists.
 *
 * @returns The store as it is then, and the files as they were recognised.
 * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `judge.logs-unreadable`, and `judge.query-failed` also when the
 *   disk is full. The store is then as it was, or has a part of what is new, and is always whole.
 */
export async function updateStore(update: StoreUpdate): Promise<StoreLook> {
  makePrivateFolder(update.folder);
  return await withLock(`${update.folder}/store.lock`, LIMITS.storeLockWaitMs, () => new Update(update).run());
}

/** Two files are merged when the older one has fewer than so many times the rows of the newer: few files, and few rewrites. */
const MERGE_RATIO = 4;

class Update {
  readonly #update: StoreUpdate;
  readonly #files: ColumnFiles;
  readonly #reader: TelemetryReader;
  #manifest: Manifest = EMPTY_MANIFEST;
  /** Column files that the manifest to come no longer names. */
  #retired: string[] = [];
  #isBegunAgain = false;

  constructor(update: StoreUpdate) {
    this.#update = update;
    this.#files = new ColumnFiles(update.db, update.folder);
    this.#reader = new TelemetryReader(update.onBytes);
  }

  run(): StoreLook {
    const { folder, sources, isRebuild, look } = this.#update;
    const found = readManifest(folder);
    if (found && !isRebuild && isUsable(found, this.#files)) {
      this.#removeLeftovers(found);
      this.#manifest = found;
    } else this.#beginAgain(found ?? EMPTY_MANIFEST);
    const { recognition } = isOfLook(look, this.#manifest) ? look : lookAtStore(this.#manifest, sources);
    const read = readNewLines(recognition, { reader: this.#reader, sources, unended: "left" }, (known) =>
      this.#commit(known),
    );
    this.#commit(read.known);
    return { manifest: this.#manifest, recognition: read.recognition };
  }

  /** Begins a new store with the rows that only the old store has: those whose files are gone. */
  #beginAgain(found: Manifest): void {
    const { vanished } = lookAtStore(found, this.#update.sources).recognition;
    const kept = vanished.length === 0 ? undefined : this.#carriedOver(found, vanished);
    this.#retired = [...found.records.map(({ file }) => file), ...(found.marks ? [found.marks.file] : [])];
    this.#manifest = { ...EMPTY_MANIFEST, generation: found.generation, retired: found.retired, ...kept };
    this.#isBegunAgain = true;
  }

  #carriedOver(found: Manifest, vanished: readonly KnownSource[]): Partial<Manifest> {
    const ids = vanished.map(({ id }) => id).join(", ");
    const generation = found.generation + 1;
    const { db } = this.#update;
    // The tables give the rows the columns of this format: a column that the old format lacked is NULL.
    for (const { file } of found.records) this.#takeOver("fresh", file, ids);
    // An old format may hold amounts that readers refuse now, and dons that were found among events.
    db.run(inRange);
    const ofMarks = vanished.filter(({ content }) => content === "marks").map(({ id }) => id);
    if (found.marks && ofMarks.length > 0) this.#takeOver("mark", found.marks.file, ofMarks.join(", "));
    const rows = rowsIn(db, "fresh");
    const records = this.#writeRecords(generation, { table: `(FROM fresh ${FILE_ORDER})`, rows });
    db.run("DELETE FROM fresh");
    const marks = this.#writeMarks(generation, null);
    return { sources: vanished, records: records ? [records] : [], marks };
  }

  /** Copies a column file's rows of some sources into a table; nothing when the file is damaged or its format too old. */
  #takeOver(table: "fresh" | "mark", file: string, ids: string): void {
    const rows = `SELECT * FROM ${this.#files.table([{ file }])} WHERE source IN (${ids})`;
    try {
      this.#update.db.run(`INSERT INTO ${table} BY NAME ${rows}`);
    } catch (error) {
      if (!(error instanceof MasqueError) || error.code !== "judge.query-failed") throw error;
    }
  }

  /** Writes the rows that were read, and the manifest that counts them: both change in the same rename. */
  #commit(sources: readonly KnownSource[]): void {
    const { generation, records, marks, retired } = this.#manifest;
    const next = generation + 1;
    const read = this.#reader.rows.records;
    // DuckDB takes three times as long to sort them: it cannot know that there are few sessions.
    this.#reader.rows.sortRecords();
    const written = this.#writeSorted(next, read);
    this.#update.db.append("mark", this.#reader.rows.marks);
    this.#reader.clear();
    const isSame = JSON.stringify(sources) === JSON.stringify(this.#manifest.sources);
    if (!written && isSame && !this.#isBegunAgain) return;
    const manifest: Manifest = {
      format: STORE_FORMAT,
      generation: next,
      sources,
      records: this.#merged(next, written ? [...records, written] : records),
      marks: this.#writeMarks(next, marks),
      retired: this.#retired,
    };
    writeManifest(this.#update.folder, manifest);
    this.#manifest = manifest;
    this.#retired = [];
    this.#isBegunAgain = false;
    this.#files.remove(retired);
  }

  /** Writes rows that are in the order of a column file. Their table is made again each time, because deleted rows keep their memory. */
  #writeSorted(generation: number, read: Columns): RecordFile | undefined {
    const { db } = this.#update;
    db.run("CREATE OR REPLACE TABLE sorted AS FROM fresh LIMIT 0");
    db.append("sorted", read);
    const file = this.#writeRecords(generation, { table: "sorted", rows: read.rows });
    db.run("DROP TABLE sorted");
    return file;
  }

  #writeRecords(generation: number, { table, rows }: { table: string; rows: number }): RecordFile | undefined {
    if (rows === 0) return undefined;
    const latest = latestAmong(this.#update.db, table);
    if (!latest) throw new TypeError(`${table} holds ${rows} rows but no latest row`);
    const file = this.#files.write("records", { generation, query: `SELECT * FROM ${table}` });
    return { ...file, rows, latest };
  }

  #writeMarks(generation: number, former: Manifest["marks"]): Manifest["marks"] {
    const { db } = this.#update;
    const fresh = rowsIn(db, "mark");
    if (fresh === 0) return former;
    const before = former ? ` UNION ALL SELECT * FROM ${this.#files.table([former])}` : "";
    const query = `SELECT * FROM (SELECT * FROM mark${before}) ${FILE_ORDER}`;
    const file = this.#files.write("marks", { generation, query });
    db.run("DELETE FROM mark");
    if (former) this.#retired.push(former.file);
    return { ...file, rows: fresh + (former?.rows ?? 0) };
  }

  /** Merges small files into larger ones, until each has several times the rows of the next. */
  #merged(generation: number, files: readonly RecordFile[]): readonly RecordFile[] {
    const merged = [...files];
    for (;;) {
      const [older, newer] = merged.slice(-2);
      if (!older || !newer || older.rows >= MERGE_RATIO * newer.rows) return merged;
      if (older.rows + newer.rows > LIMITS.storeFileRowsMerged) return merged;
      const query = `SELECT * FROM ${this.#files.table([older, newer])} ${FILE_ORDER}`;
      const file = this.#files.write("records", { generation, query });
      this.#retired.push(older.file, newer.file);
      const latest = isLater(newer.latest, older.latest) ? newer.latest : older.latest;
      merged.splice(-2, 2, { ...file, rows: older.rows + newer.rows, latest });
    }
  }

  /** Removes the column files that a killed writer left. */
  #removeLeftovers({ records, marks, retired }: Manifest): void {
    const named = new Set([...records.map(({ file }) => file), ...(marks ? [marks.file] : []), ...retired]);
    this.#files.remove(this.#files.present().filter((name) => !named.has(name)));
  }
}

/** Whether a store has this format and its files are as they were written. */
export function isUsable({ format, records, marks }: Manifest, files: ColumnFiles): boolean {
  const all = marks ? [...records, marks] : records;
  return format === STORE_FORMAT && all.every((file) => files.isWhole(file));
}

/** Whether an event is later than another, by the ranks of their files where the times are equal. */
export function isLater(
  one: LatestEvent,
  other: LatestEvent,
  rankOf: (source: number) => number = (source) => source,
): boolean {
  const [a, b] = [BigInt(one.unixNano), BigInt(other.unixNano)];
  if (a !== b) return a > b;
  const places = [rankOf(one.source) - rankOf(other.source), one.line - other.line, one.pos - other.pos];
  return (places.find((difference) => difference !== 0) ?? 0) > 0;
}

/** The latest event in a table or table function; `undefined` where there is none. */
export function latestAmong(db: DuckDb, table: string): LatestEvent | undefined {
  db.run(`CREATE OR REPLACE TEMP VIEW among AS FROM ${table}`);
  const row = db.query(latestEvent)[0];
  return (
    row && {
      session: stringAt(row, "session") ?? "",
      unixNano: stringAt(row, "unix_nano") ?? "0",
      source: numberAt(row, "source"),
      line: numberAt(row, "line"),
      pos: numberAt(row, "pos"),
    }
  );
}

function rowsIn(db: DuckDb, table: "fresh" | "mark"): number {
  return numberAt(db.query(`SELECT count(*) AS rows FROM ${table}`)[0] ?? {}, "rows");
}
