import { LIMITS } from "../../kernel/limits.ts";
import type { LineReader } from "./line-reader.ts";
import { type Chunk, readChunks } from "./lines.ts";
import type { Content } from "./record-rows.ts";

/** A telemetry file, and the position to read it from. */
export type FileToRead = {
  readonly path: string;
  /** The number in its rows. */
  readonly source: number;
  readonly content: Content;
  /** Offset of the first byte of a line, and how many lines lie before it. */
  readonly from: { readonly bytes: number; readonly lines: number };
  /** Nothing is read where another file has the name by now. */
  readonly inode?: string;
  /** Whether a last line without a newline is read: a writer may still be writing it. */
  readonly unended: "read" | "left";
};

/** How far a file was read: to the end of a line. */
export type Position = {
  readonly bytes: number;
  readonly lines: number;
  /** Numbers, from 0, of the lines since the last position that are not requests. */
  readonly skipped: readonly number[];
};

const BOUNDS = { chunkBytes: LIMITS.judgeChunkBytes, lineBytesMax: LIMITS.judgeLineBytesMax };
/** Some editors put it before the first byte of a text. */
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reads a file's lines into rows, some MiB at a time; between two steps the caller may take the rows away.
 *
 * @throws System errors of opening and reading.
 */
export function* readFileRows(file: FileToRead, reader: LineReader): Generator<Position> {
  const chunks = readChunks(file.path, BOUNDS, { from: file.from.bytes, inode: file.inode });
  let { bytes, lines } = file.from;
  let tooLong = 0;
  for (;;) {
    const next = chunks.next();
    const tooLongNow = next.done ? next.value : next.value.linesTooLong;
    const skipped = numbersFrom(lines, tooLongNow - tooLong);
    lines += tooLongNow - tooLong;
    tooLong = tooLongNow;
    if (next.done) {
      if (skipped.length > 0) yield { bytes, lines, skipped };
      return;
    }
    const chunk = next.value;
    if (!chunk.isEnded && file.unended === "left") continue;
    lines += readLines(chunk.text, reader, { file, chunk, lines, skipped });
    bytes = chunk.end;
    yield { bytes, lines, skipped };
  }
}

/** Reads a request body, which is one line, into rows. Returns the numbers of the lines that are not requests. */
export function readBodyRows(text: Uint8Array, reader: LineReader, file: FileToRead): readonly number[] {
  const skipped: number[] = [];
  readLines(text, reader, { file, chunk: { offset: 0 }, lines: 0, skipped });
  return skipped;
}

type Place = {
  readonly file: FileToRead;
  readonly chunk: Pick<Chunk, "offset">;
  readonly lines: number;
  readonly skipped: number[];
};

/** Returns how many lines there were. */
function readLines(text: Uint8Array, reader: LineReader, { file, chunk, lines, skipped }: Place): number {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const { source, content } = file;
  const isMarked = chunk.offset === 0 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  let count = 0;
  for (let from = isMarked ? BYTE_ORDER_MARK.length : 0; from <= bytes.length; count++) {
    const line = lines + count;
    const { kind, end } = reader.readLine(bytes, from, { source, line, content });
    if (kind === "broken" || kind === "foreign" || kind === "too much") skipped.push(line);
    from = end + 1;
  }
  return count;
}

function numbersFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}
