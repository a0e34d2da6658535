import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegular } from "./open-regular.ts";

/** The last bytes of a file; none where there is no file. */
export function readTail(path: string, bytesMax: number): Buffer {
  const fd = openRegular(path);
  if (fd === undefined) return Buffer.alloc(0);
  try {
    const size = fstatSync(fd).size;
    const buffer = Buffer.alloc(Math.min(size, bytesMax));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, size - buffer.length));
  } finally {
    closeSync(fd);
  }
}
