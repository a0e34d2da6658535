import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Paths } from "../kernel/paths.ts";
import { printableLine } from "../kernel/printable.ts";

/** Where a receiver in the background writes what it says of itself. */
export function logPath(paths: Paths): string {
  return join(paths.audience, "log");
}

/** The last lines of the receiver's log, printable; `undefined` where there is no log. */
export function lastLogLines(paths: Paths, count: number): readonly string[] | undefined {
  let fd: number;
  try {
    fd = openSync(logPath(paths), "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const start = Math.max(0, fstatSync(fd).size - LIMITS.audienceLogBytesMax);
    const buffer = Buffer.alloc(LIMITS.audienceLogBytesMax);
    const length = readSync(fd, buffer, 0, buffer.length, start);
    const lines = buffer.toString("utf8", 0, length).split("\n").filter(Boolean);
    return lines.slice(-count).map(printableLine);
  } finally {
    closeSync(fd);
  }
}
