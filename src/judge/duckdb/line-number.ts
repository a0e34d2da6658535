import { closeSync, openSync, readSync } from "node:fs";
import { LIMITS } from "../../kernel/limits.ts";

const NEWLINE = 0x0a;

/** The number, from 1, of the line that begins at an offset. Reads what lies before it: only ever asked of bad lines. */
export function lineNumberAt(path: string, offset: number): number {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(LIMITS.segmentChunkBytes);
    let line = 1;
    for (let at = 0; at < offset; ) {
      const read = readSync(fd, buffer, 0, Math.min(buffer.length, offset - at), at);
      if (read === 0) break;
      for (let next = buffer.indexOf(NEWLINE); next !== -1 && next < read; next = buffer.indexOf(NEWLINE, next + 1))
        line += 1;
      at += read;
    }
    return line;
  } finally {
    closeSync(fd);
  }
}
