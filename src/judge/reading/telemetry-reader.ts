import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { sizeText } from "../../kernel/text/size-text.ts";
import type { SkippedLine } from "../port.ts";
import { LineReader } from "./line-reader.ts";
import { type FileToRead, type Position, readBodyRows, readFileRows } from "./read-file.ts";
import type { Content, RecordRows } from "./record-rows.ts";
import { requestBody } from "./request-body.ts";

/** Reads telemetry files into rows that its owner takes away, and counts the lines that are not requests. */
export class TelemetryReader {
  readonly #onBytes: (bytes: number) => void;
  readonly #lines = new LineReader();
  readonly #firstSkipped: SkippedLine[] = [];
  #files = 0;
  #linesSkipped = 0;
  #recordsRead = 0;

  /** @param onBytes Called with the length of each part that was read. */
  constructor(onBytes: (bytes: number) => void = () => undefined) {
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

  /** Where the first of these lines are: at most `LIMITS.skippedLinesLocated`. */
  get firstSkipped(): readonly SkippedLine[] {
    return this.#firstSkipped;
  }

  /**
   * Reads a whole file; a file that is gone by now is empty, because rotation and retention remove files at any time.
   *
   * @param takeRows Called when enough rows are held, and at the end of the file: takes the rows away.
   * @throws {MasqueError} `judge.logs-unreadable`; what `takeRows` throws.
   */
  async read(path: string, content: Content, takeRows: () => void): Promise<void> {
    const file: FileToRead = { path, source: this.#files++, content, from: { bytes: 0, lines: 0 }, unended: "read" };
    try {
      const found = await requestBody(path);
      if (found.kind === "lines") for (const _ of this.readOn(file)) if (this.isFull) takeRows();
      if (found.kind === "body") {
        this.#count(path, readBodyRows(found.line, this.#lines, file));
        this.#onBytes(found.line.length);
      }
      if (found.kind === "unusable") this.#count(path, [0], found.why);
      if (found.kind === "too large") this.#count(path, [0], tooLargeText(found.bytes));
      takeRows();
    } catch (error) {
      throwUnlessGone(path, error);
    }
  }

  /** Rows that were read and not taken away yet: log records of agent sessions, dons and doffs. */
  get rows(): RecordRows {
    return this.#lines.rows;
  }

  /** Whether so many rows are held that it is time to take them away. */
  get isFull(): boolean {
    const { records, marks } = this.rows;
    if (records.rows + marks.rows >= LIMITS.judgeRowsBuffered) return true;
    return records.textChars + marks.textChars >= LIMITS.judgeTextCharsBuffered;
  }

  /** Reads a file from the position in `file` on, step by step, into {@link rows}. */
  *readOn(file: FileToRead): Generator<Position> {
    let { bytes } = file.from;
    for (const position of readFileRows(file, this.#lines)) {
      this.#count(file.path, position.skipped);
      this.#onBytes(position.bytes - bytes);
      bytes = position.bytes;
      yield position;
    }
  }

  /** Forgets the rows, once they were taken away. */
  clear(): void {
    const { records, marks } = this.rows;
    this.#recordsRead += records.rows;
    records.clear();
    marks.clear();
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
 * Ignores that a file is gone; any other error of reading becomes a message with the file's path.
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
