import { isUtf8 } from "node:buffer";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/**
 * A telemetry file as chunks of whole lines, so that a history of any size is read in bounded memory. DuckDB's own
 * readers stop at lines of 32 MiB and refuse a file for one bad byte; a chunk of ours costs a bad line alone.
 */

/** Whole lines, and where they begin. */
export type Chunk = {
  /** UTF-8, lines separated by newlines, without the last newline. Only valid until the next chunk is asked for. */
  readonly text: Uint8Array;
  /** Offset in the file of the chunk's first byte. */
  readonly offset: number;
  /** Offset after its last newline; of an unfinished last line, the offset where it begins. */
  readonly end: number;
  /** Whether its last line ends with a newline, so that the line will not change. */
  readonly isEnded: boolean;
  /** How many lines were skipped before it. */
  readonly linesTooLong: number;
};

/** Bounds of reading: how much at a time, and the length beyond which a line is skipped. */
export type ChunkBounds = { readonly chunkBytes: number; readonly lineBytesMax: number };

const NEWLINE = 0x0a;

/**
 * Reads a file's lines.
 *
 * @param from Offset to begin at: the first byte of a line. With `inode`, nothing is read where another file bears that
 *   name by now, as after a rotation.
 * @returns How many lines were longer than `lineBytesMax` and passed over.
 * @throws System errors of opening and reading.
 */
export function* readChunks(
  path: string,
  bounds: ChunkBounds,
  { from = 0, inode }: { readonly from?: number; readonly inode?: string | undefined } = {},
): Generator<Chunk, number> {
  const fd = openSync(path, "r");
  try {
    if (inode !== undefined && inodeOf(fstatSync(fd, { bigint: true })) !== inode) return 0;
    const window = new Window(fd, bounds, from);
    while (window.fill()) {
      const end = window.lastNewline();
      if (end === -1) window.makeRoom();
      else {
        yield window.take(end, { isEnded: true });
        window.drop(end + 1);
      }
    }
    // A last line without its newline: being written, torn by a crash, or a body that never had one.
    if (window.length > 0) yield window.take(window.length, { isEnded: false });
    return window.linesTooLong;
  } finally {
    closeSync(fd);
  }
}

/** A file's identity as long as it is there: device and inode. */
export function inodeOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** The part of a file that is in memory: from a line's first byte to the last byte read. */
class Window {
  readonly #fd: number;
  readonly #lineBytesMax: number;
  #buffer: Buffer;
  #offset: number;
  #length = 0;
  #isPassingOver = false;
  linesTooLong = 0;

  constructor(fd: number, bounds: ChunkBounds, from: number) {
    this.#fd = fd;
    this.#lineBytesMax = bounds.lineBytesMax;
    this.#buffer = Buffer.allocUnsafe(Math.min(bounds.chunkBytes, bounds.lineBytesMax));
    this.#offset = from;
  }

  get length(): number {
    return this.#length;
  }

  /** Reads on. Returns false at the end of the file. */
  fill(): boolean {
    const room = this.#buffer.length - this.#length;
    const read = readSync(this.#fd, this.#buffer, this.#length, room, this.#offset + this.#length);
    this.#length += read;
    if (this.#isPassingOver) this.#passOver();
    return read > 0;
  }

  lastNewline(): number {
    return this.#buffer.subarray(0, this.#length).lastIndexOf(NEWLINE);
  }

  take(length: number, { isEnded }: { isEnded: boolean }): Chunk {
    return {
      text: asUtf8(this.#buffer.subarray(0, length)),
      offset: this.#offset,
      end: isEnded ? this.#offset + length + 1 : this.#offset,
      isEnded,
      linesTooLong: this.linesTooLong,
    };
  }

  drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#length);
    this.#offset += bytes;
    this.#length -= bytes;
  }

  /** Makes room for a line that fills the window, up to the bound; a longer line is skipped. */
  makeRoom(): void {
    if (this.#length < this.#buffer.length) return;
    if (this.#length < this.#lineBytesMax) {
      const larger = Buffer.allocUnsafe(Math.min(2 * this.#length, this.#lineBytesMax));
      this.#buffer.copy(larger);
      this.#buffer = larger;
    } else {
      this.linesTooLong += 1;
      this.#isPassingOver = true;
      this.drop(this.#length);
    }
  }

  #passOver(): void {
    const end = this.#buffer.subarray(0, this.#length).indexOf(NEWLINE);
    this.#isPassingOver = end === -1;
    this.drop(end === -1 ? this.#length : end + 1);
  }
}

/** JSON is UTF-8; a byte that is not is replaced, so that it costs a character and not the line. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  return isUtf8(bytes) ? bytes : new TextEncoder().encode(new TextDecoder().decode(bytes));
}
