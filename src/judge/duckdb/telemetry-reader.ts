import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { sizeText } from "../../kernel/text/size-text.ts";
import type { SkippedLine } from "../port.ts";
import { LineReader } from "../reading/line-reader.ts";
import { type FileToRead, type Position, readBodyRows, readFileRows } from "../reading/read-file.ts";
import type { Content, RecordRows } from "../reading/record-rows.ts";
import { requestBody } from "../reading/request-body.ts";
import type { DuckDb } from "./duckdb.ts";

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
    return this.#recordsRead + this.rows.records.rows;
  }

  /** Lines that are not an OTLP export request, so far. */
  get linesSkipped(): number {
    return this.#linesSkipped;
  }

  /** Whether dons or doffs lay among the events. */
  get hasMarksInLogs(): boolean {
    return this.rows.marksPassedOver > 0;
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
      const found = await requestBody(path);
      if (found.kind === "lines") for (const _ of this.readOn(file)) if (this.isFull) this.flush();
      if (found.kind === "body") {
        this.#count(path, readBodyRows(found.line, this.#lines, file));
        this.#onBytes(found.line.length);
      }
      if (found.kind === "unusable") this.#count(path, [0], found.why);
      if (found.kind === "too large") this.#count(path, [0], tooLargeText(found.bytes));
      this.flush();
    } catch (error) {
      throwUnlessGone(path, error);
    }
  }

  /** What was read and has not been handed over: log records of agent sessions, dons and doffs. */
  get rows(): RecordRows {
    return this.#lines.rows;
  }

  /** Whether it is time to take the rows away. */
  get isFull(): boolean {
    const { records, marks } = this.rows;
    if (records.rows + marks.rows >= LIMITS.judgeRowsBuffered) return true;
    return records.textChars + marks.textChars >= LIMITS.judgeTextCharsBuffered;
  }

  /** Reads a file from where it says, step by step, into {@link rows}. */
  *readOn(file: FileToRead): Generator<Position> {
    let { bytes } = file.from;
    for (const position of readFileRows(file, this.#lines)) {
      this.#count(file.path, position.skipped);
      this.#onBytes(position.bytes - bytes);
      bytes = position.bytes;
      yield position;
    }
  }

  /** Hands over to the tables what was read so far. */
  flush(): void {
    const { records } = this.rows;
    this.#db.append("fresh", records);
    this.flushMarks();
    this.clearRecords();
  }

  /** The same of dons and doffs alone. */
  flushMarks(): void {
    const { marks } = this.rows;
    this.#db.append("mark", marks);
    marks.clear();
  }

  /** Forgets the log records, which were taken away. */
  clearRecords(): void {
    const { records } = this.rows;
    this.#recordsRead += records.rows;
    records.clear();
  }

  #count(path: string, lines: readonly number[], why?: string): void {
    this.#linesSkipped += lines.length;
    const room = Math.max(0, LIMITS.skippedLinesLocated - this.#firstSkipped.length);
    for (const line of lines.slice(0, room)) {
      this.#firstSkipped.push({ path, line: line + 1, ...(why === undefined ? {} : { why }) });
    }
  }
}

function tooLargeText(bytes: number): string {
  return `one request body of ${sizeText(bytes)}; ${sizeText(LIMITS.otlpBodyBytesMax)} is the most that is read at once`;
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
