import { chmodSync, closeSync, fsyncSync, openSync, readdirSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { FILE_MODE, statOrUndefined } from "../../kernel/files/files.ts";
import { COLUMN_FILE } from "../store/manifest.ts";
import type { DuckDb } from "./duckdb.ts";

/** A file that was written: its name and size. */
export type ColumnFile = { readonly file: string; readonly bytes: number };

/**
 * Small groups let a reader skip more rows, but make the footer larger. Measured with 900,000 rows: finding one session
 * takes 8.5 ms with 8,192 rows a group, 5 ms with 24,576, 9 ms with 122,880.
 */
const ROW_GROUP_ROWS = 24_576;

/** The order of rows in a column file: the rows of a session are together. */
export const FILE_ORDER = "ORDER BY session, source, line, pos";

/** The column files of a store: Parquet, ordered by session, never changed once written. */
export class ColumnFiles {
  readonly #db: DuckDb;
  readonly #folder: string;

  constructor(db: DuckDb, folder: string) {
    this.#db = db;
    this.#folder = folder;
  }

  /**
   * Writes the rows of a query, in their order, and waits until they are on disk.
   *
   * @throws {MasqueError} `judge.query-failed` also when the disk is full; `file.unwritable`.
   */
  write(kind: "records" | "marks", { generation, query }: { generation: number; query: string }): ColumnFile {
    const file = `${kind}-${generation}-${crypto.randomUUID().slice(0, 8)}.parquet`;
    const path = join(this.#folder, file);
    const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}`;
    try {
      this.#db.run(`COPY (${query}) TO ${sqlText(path)} (${options})`);
      return { file, bytes: makeDurable(path) };
    } catch (error) {
      rmSync(path, { force: true });
      if (error instanceof MasqueError) throw error;
      throw new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(error) ?? String(error)}`, {
        hint: "free some space, or make the folder writable for your user",
        cause: error,
      });
    }
  }

  /** Column files as a table that a query reads from. */
  table(files: readonly { readonly file: string }[]): string {
    // A folder called `time=1` is not a column, and a folder called `[x]` is not a pattern.
    const paths = files.map(({ file }) => sqlText(withoutPattern(join(this.#folder, file))));
    // To unite columns, DuckDB reads the footers of all files before it plans. One file needs no uniting.
    const united = paths.length > 1 ? ", union_by_name = true" : "";
    return `read_parquet([${paths.join(", ")}]${united}, hive_partitioning = false)`;
  }

  /** Whether the file is there as it was written. */
  isWhole({ file, bytes }: ColumnFile): boolean {
    return statOrUndefined(join(this.#folder, file))?.size === bytes;
  }

  /** Removes column files, except those that another process has open on Windows. */
  remove(files: readonly string[]): void {
    for (const file of files) {
      try {
        if (COLUMN_FILE.test(file)) rmSync(join(this.#folder, file), { force: true });
      } catch (error) {
        if (errnoOf(error) === undefined) throw error;
      }
    }
  }

  /** Names of all column files that lie in the folder. */
  present(): readonly string[] {
    return readdirSync(this.#folder).filter((name) => COLUMN_FILE.test(name));
  }
}

/** A path in which DuckDB takes no character for a pattern. */
export function withoutPattern(path: string): string {
  if (!/[*?[]/.test(path)) return path;
  const pattern = path.replace(/[*?[]/g, "[$&]");
  // In a pattern DuckDB takes every backslash for a separator. File names here are random, so a `?` finds only one file.
  return sep === "/" ? pattern.replaceAll("\\", "?") : pattern;
}

/** Text as a literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function makeDurable(path: string): number {
  chmodSync(path, FILE_MODE);
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return statOrUndefined(path)?.size ?? 0;
}
