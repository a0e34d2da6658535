import { QuickReader } from "./quick-reader.ts";
import { type LinePlace, RecordRows } from "./record-rows.ts";
import { type LineKind, ThoroughReader } from "./thorough-reader.ts";

const NEWLINE = 0x0a;

/** A line that was read. */
export type ReadLine = { readonly kind: LineKind; readonly end: number };

/** Reads lines into rows: quickly those that are as most are, and thoroughly all others. */
export class LineReader {
  readonly rows = new RecordRows();
  readonly #quick = new QuickReader(this.rows);
  readonly #thorough = new ThoroughReader(this.rows);
  /** Lines that did not need the thorough reader, so far. */
  quickLines = 0;

  /**
   * Reads the line that begins at `start` of some UTF-8. One that is not a request of logs leaves no row.
   *
   * @returns What it was, and the offset of its end: of its newline, or behind the last byte.
   */
  readLine(bytes: Buffer, start: number, place: LinePlace): ReadLine {
    this.rows.beginLine(place);
    const end = this.#quick.read(bytes, start);
    if (end !== -1) {
      this.quickLines += 1;
      return { kind: "logs", end };
    }
    this.rows.dropLine();
    const newline = bytes.indexOf(NEWLINE, start);
    const lineEnd = newline === -1 ? bytes.length : newline;
    return { kind: this.#thorough.read(bytes.toString("utf8", start, lineEnd)), end: lineEnd };
  }
}
