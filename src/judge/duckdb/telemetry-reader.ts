import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { SkippedLine } from "../judge.ts";
import { LineReader } from "../reading/line-reader.ts";
import { type FileToRead, type Position, readBodyRows, readFileRows } from "../reading/read-file.ts";
import type { Content } from "../reading/record-rows.ts";
import type { DuckDb } from "./duckdb.ts";
import { requestBody } from "./request-body.ts";

/** Fills the tables `fresh` and `mark` from telemetry files; counts the lines that it could not use. */
export class TelemetryReader {
  readonly #db: DuckDb;
  readonly #onBytes: (bytes: number) => void;
  readonly #lines = new LineReader();
  readonly #firstSkipped: SkippedLine[] = [];
  #files = 0;
  #linesSkipped = 0;
  #recordsRead = 0;

  /** @param onBytes Told of every part that was read. */
  constructor(db: DuckDb, onBytes: (bytes: number) => void = () => undefined) {
    this.#db = db;
    this.#onBytes = onBytes;
  }

  /** Log records of agent sessions, so far. */
  get recordsRead(): number {
    return this.#recordsRead + this.#lines.rows.records.rows;
  }

  /** Lines that are not an OTLP export request, so far. */
  get linesSkipped(): number {
    return this.#linesSkipped;
  }

  /** Where the first of them stand. */
  get firstSkipped(): readonly SkippedLine[] {
    return this.#firstSkipped;
  }

  /**
   * Reads a file whole; one that is gone by now, as rotation and retention make it, is empty.
   *
   * @throws {MasqueError} `judge.logs-unreadable`, `judge.query-failed`
   */
  async read(path: string, content: Content): Promise<void> {
    const file: FileToRead = { path, source: this.#files++, content, from: { bytes: 0, lines: 0 }, unended: "read" };
    try {
      const body = await requestBody(path);
      if (body === null) return;
      if (body) {
        this.#count(path, readBodyRows(body, this.#lines, file));
        this.#onBytes(body.length);
      } else for (const _ of this.readOn(file));
      this.flush();
    } catch (error) {
      throwUnlessGone(path, error);
    }
  }

  /** Reads a file from where it says, step by step; what was read is in the tables after {@link flush}. */
  *readOn(file: FileToRead): Generator<Position> {
    let { bytes } = file.from;
    for (const position of readFileRows(file, this.#lines)) {
      this.#count(file.path, position.skipped);
      if (this.#lines.rows.records.rows >= LIMITS.judgeRowsBuffered) this.flush();
      this.#onBytes(position.bytes - bytes);
      bytes = position.bytes;
      yield position;
    }
  }

  /** Hands over to the tables what was read so far. */
  flush(): void {
    const { records, marks } = this.#lines.rows;
    this.#recordsRead += records.rows;
    if (records.rows > 0) this.#db.append("fresh", records);
    if (marks.rows > 0) this.#db.append("mark", marks);
    records.clear();
    marks.clear();
  }

  #count(path: string, lines: readonly number[]): void {
    this.#linesSkipped += lines.length;
    const room = Math.max(0, LIMITS.skippedLinesLocated - this.#firstSkipped.length);
    for (const line of lines.slice(0, room)) this.#firstSkipped.push({ path, line: line + 1 });
  }
}

/**
 * Passes over a file that is gone, and names one that cannot be read.
 *
 * @throws {MasqueError} `judge.logs-unreadable`
 */
export function throwUnlessGone(path: string, error: unknown): void {
  const code = errnoOf(error);
  if (code === "ENOENT") return;
  if (error instanceof MasqueError || code === undefined) throw error;
  throw new MasqueError("judge.logs-unreadable", `Cannot read "${path}": ${code}`, {
    hint: "make the file readable for your user",
    cause: error,
  });
}
