import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { errnoOf } from "./errors.ts";

/** The last bytes of a file; none where there is no file. */
export function readTail(path: string, bytesMax: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
  try {
    const size = fstatSync(fd).size;
    const buffer = Buffer.alloc(Math.min(size, bytesMax));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, size - buffer.length));
  } finally {
    closeSync(fd);
  }
}
