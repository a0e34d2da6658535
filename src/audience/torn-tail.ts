import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { isObject, parseJson } from "../kernel/json.ts";
import { LIMITS } from "../kernel/limits.ts";

/**
 * What a crash in the middle of a write leaves: a last line without its newline, onto which the next line would be
 * glued, spoiling both. It was never acknowledged. A whole request that only lacks its newline gets it; a fragment is
 * moved to a file beside, whose name no reader of telemetry takes.
 */

const NEWLINE = 0x0a;
const CHUNK_BYTES = 64 * 1024;
const FILE_MODE = 0o600;

/** What was found at the end of a file when it was opened. */
export type TornTail =
  | { readonly kind: "whole" }
  | { readonly kind: "ended" }
  | { readonly kind: "cut"; readonly movedTo: string };

/** Makes the file end in a newline. `fd` is open for reading and appending. */
export function mendTornTail(fd: number, path: string): TornTail {
  const size = fstatSync(fd).size;
  const start = lastLineStart(fd, size);
  if (start === size) return { kind: "whole" };
  if (size - start > LIMITS.tornTailBytesMax) return endLine(fd);
  const tail = readAt(fd, start, size - start);
  if (isObject(parseJson(tail.toString("utf8")))) return endLine(fd);
  const movedTo = `${path}.torn-${start}`;
  const aside = openSync(movedTo, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, FILE_MODE);
  try {
    writeSync(aside, tail);
  } finally {
    closeSync(aside);
  }
  ftruncateSync(fd, start);
  return { kind: "cut", movedTo };
}

function endLine(fd: number): TornTail {
  writeSync(fd, "\n");
  return { kind: "ended" };
}

/** Where the unfinished last line begins: `size` when there is none. */
function lastLineStart(fd: number, size: number): number {
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - CHUNK_BYTES);
    const newline = readAt(fd, start, end - start).lastIndexOf(NEWLINE);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const read = readSync(fd, buffer, 0, length, position);
  return buffer.subarray(0, read);
}
