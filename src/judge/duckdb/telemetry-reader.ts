import insertMarks from "../../../sql/duckdb/insert-marks.sql" with { type: "text" };
import insertRecords from "../../../sql/duckdb/insert-records.sql" with { type: "text" };
import stageLines from "../../../sql/duckdb/stage-lines.sql" with { type: "text" };
import stageRecords from "../../../sql/duckdb/stage-records.sql" with { type: "text" };
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { stringAt } from "../../kernel/json.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { MASQUE_SCOPE } from "../../telemetry/masque-event.ts";
import type { SkippedLine } from "../judge.ts";
import type { DuckDb } from "./duckdb.ts";
import { lineNumberAt } from "./line-number.ts";
import { type Chunk, readChunks } from "./lines.ts";
import { replaceLoneSurrogates } from "./lone-surrogates.ts";
import { requestBody } from "./request-body.ts";

const BOUNDS = { chunkBytes: LIMITS.judgeChunkBytes, lineBytesMax: LIMITS.judgeLineBytesMax };

/** What of a file matters: log events with the dons and doffs among them, or these alone. */
export type Content = "events-and-marks" | "marks";

/** A file that is being read, and its place among the others. */
type File = { readonly path: string; readonly source: number; readonly content: Content };

/** Fills DuckDB's tables from telemetry files; counts the lines that it could not use. */
export class TelemetryReader {
  readonly #db: DuckDb;
  readonly #onBytes: (bytes: number) => void;
  readonly #firstSkipped: SkippedLine[] = [];
  #files = 0;
  #linesSkipped = 0;

  /** @param onBytes Told of every part that was read. */
  constructor(db: DuckDb, onBytes: (bytes: number) => void = () => undefined) {
    this.#db = db;
    this.#onBytes = onBytes;
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
   * Reads a file; one that is gone by now, as rotation and retention make it, is empty.
   *
   * @throws {MasqueError} `judge.logs-unreadable`, `judge.query-failed`
   */
  async read(path: string, content: Content): Promise<void> {
    const source = this.#files++;
    try {
      const body = await requestBody(path);
      if (body === null) return;
      if (body) this.#take({ text: body, offset: 0 }, { path, source, content });
      else this.#readLines({ path, source, content });
    } catch (error) {
      const code = errnoOf(error);
      if (code === "ENOENT") return;
      if (error instanceof MasqueError || code === undefined) throw error;
      throw new MasqueError("judge.logs-unreadable", `Cannot read "${path}": ${code}`, {
        hint: "make the file readable for your user",
        cause: error,
      });
    }
  }

  #readLines(file: File): void {
    const chunks = readChunks(file.path, BOUNDS);
    for (;;) {
      const next = chunks.next();
      if (next.done) {
        this.#linesSkipped += next.value;
        return;
      }
      this.#take(next.value, file);
    }
  }

  #take(chunk: Chunk, { path, source, content }: File): void {
    // A chunk holds fewer lines than bytes, so offset plus place keeps the order of lines through the whole file.
    this.#db.execute(stageLines, { text: withoutByteOrderMark(chunk), first_line: chunk.offset });
    this.#mendLines();
    this.#db.execute(stageRecords);
    if (content === "events-and-marks") this.#db.execute(insertRecords, { source, scope: MASQUE_SCOPE });
    this.#db.execute(insertMarks, { source, scope: MASQUE_SCOPE });
    this.#countSkipped(chunk, path);
    this.#db.run("DELETE FROM line; DELETE FROM flat;");
    this.#onBytes(chunk.text.length);
  }

  #countSkipped({ offset }: Chunk, path: string): void {
    const skipped = this.#db.query(FIND_SKIPPED);
    this.#linesSkipped += skipped.length;
    const room = LIMITS.skippedLinesLocated - this.#firstSkipped.length;
    if (skipped.length === 0 || room <= 0) return;
    const before = lineNumberAt(path, offset);
    for (const row of skipped.slice(0, room)) {
      this.#firstSkipped.push({ path, line: before + Number(row["line"]) - offset });
    }
  }

  /** Lines that only DuckDB finds broken are staged again, mended. */
  #mendLines(): void {
    for (const row of this.#db.query(FIND_MENDABLE)) {
      const line = Number(row["line"]);
      this.#db.execute("DELETE FROM line WHERE line = $line", { line });
      this.#db.execute(stageLines, { text: replaceLoneSurrogates(stringAt(row, "text") ?? ""), first_line: line });
    }
  }
}

function withoutByteOrderMark({ text, offset }: Chunk): Uint8Array {
  const isMarked = offset === 0 && text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return isMarked ? text.subarray(BYTE_ORDER_MARK_BYTES) : text;
}

const BYTE_ORDER_MARK_BYTES = 3;
const FIND_SKIPPED = "SELECT line FROM line WHERE kind IN ('broken', 'foreign') ORDER BY line";
const FIND_MENDABLE = String.raw`
  SELECT line, text FROM line WHERE kind = 'broken' AND regexp_matches(text, '\\u[dD][89a-fA-F]')`;
