import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, rmSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import { FILE_MODE, writeWhole } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, parseJson } from "../../kernel/text/json.ts";
import { tornName } from "../../telemetry/file-names.ts";

/**
 * What a crash in the middle of a write leaves at the end of a file, none of it ever acknowledged:
 *
 * - a last line without its newline, to which the next line would be joined, which would spoil both;
 * - after a power cut, zeros: the file had grown and some of its blocks were not on disk yet.
 *
 * A whole request that only lacks its newline gets it. The rest is moved to another file, whose name no reader of
 * telemetry accepts. It is copied and synced there before it is cut here, so a crash in between leaves it twice and loses nothing.
 */

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;

/** What was found at the end of a file when it was opened. */
export type TornTail =
  | { readonly kind: "whole" }
  | { readonly kind: "ended" }
  | { readonly kind: "cut"; readonly movedTo: string; readonly bytes: number };

/** A file to mend, open for reading and appending, and what time it is. */
export type Mendable = { readonly fd: number; readonly path: string; readonly nowMs: number };

/** Makes the file end in a newline, and in lines that were written. The caller syncs it. */
export function mendTornTail(file: Mendable): TornTail {
  const size = fstatSync(file.fd).size;
  const zeroed = firstZeroedLine(file.fd, size);
  if (zeroed !== undefined) return cut(file, zeroed, size);
  const start = lastLineStart(file.fd, size);
  if (start === size) return { kind: "whole" };
  if (!isRequest(file.fd, start, size)) return cut(file, start, size);
  writeWhole(file.fd, Buffer.of(NEWLINE));
  return { kind: "ended" };
}

function isRequest(fd: number, start: number, end: number): boolean {
  return end - start <= LIMITS.otlpLineBytesMax && isObject(parseJson(readAt(fd, start, end - start).toString("utf8")));
}

function cut({ fd, path, nowMs }: Mendable, start: number, end: number): TornTail {
  const { movedTo, aside } = createBeside(path, nowMs);
  try {
    for (let at = start; at < end; at += CHUNK_BYTES) {
      writeWhole(aside, readAt(fd, at, Math.min(CHUNK_BYTES, end - at)));
    }
    fdatasyncSync(aside);
  } catch (error) {
    // A disk without room for the copy: the tail stays where it is, and the next attempt starts again.
    rmSync(movedTo, { force: true });
    throw error;
  } finally {
    closeSync(aside);
  }
  ftruncateSync(fd, start);
  return { kind: "cut", movedTo, bytes: end - start };
}

function createBeside(path: string, nowMs: number): { movedTo: string; aside: number } {
  for (let unixMs = nowMs; ; unixMs += 1) {
    const movedTo = tornName(path, unixMs);
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
      return { movedTo, aside: openSync(movedTo, flags, FILE_MODE) };
    } catch (error) {
      if (errnoOf(error) !== "EEXIST" || unixMs - nowMs > LIMITS.tornFilesAtOnceMax) throw error;
    }
  }
}

/** Where the first line with a zero byte begins, which JSON never holds, within what one write can have left. */
function firstZeroedLine(fd: number, size: number): number | undefined {
  for (let at = Math.max(0, size - LIMITS.appendBytesMax); at < size; at += CHUNK_BYTES) {
    const zero = readAt(fd, at, Math.min(CHUNK_BYTES, size - at)).indexOf(0);
    if (zero !== -1) return lastLineStart(fd, at + zero);
  }
  return undefined;
}

/** Where the line that contains or precedes `end` begins; `end` itself after a newline. */
function lastLineStart(fd: number, end: number): number {
  for (let until = end; until > 0; ) {
    const start = Math.max(0, until - CHUNK_BYTES);
    const newline = readAt(fd, start, until - start).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
    until = start;
  }
  return 0;
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  const read = readSync(fd, buffer, 0, length, position);
  return buffer.subarray(0, read);
}
