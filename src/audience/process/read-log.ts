import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { printableLine } from "../../kernel/text/printable.ts";

const NEWLINE = 0x0a;

/** The log of a receiver in the background. */
export function logPath(paths: Pick<Paths, "audience">): string {
  return join(paths.audience, "log");
}

/** The last lines of a log, printable, and the offset in the file where they end. */
export type LogEnd = { readonly lines: readonly string[]; readonly endsAt: number };

/**
 * The last lines of the receiver's log; `undefined` where there is none. A line without its newline is still being
 * written and is left out.
 */
export function lastOfLog(paths: Pick<Paths, "audience">, count: number): LogEnd | undefined {
  const log = endOf(logPath(paths));
  return log && { lines: log.lines.slice(-count), endsAt: log.endsAt };
}

/** The lines of {@link lastOfLog}. */
export function lastLogLines(paths: Pick<Paths, "audience">, count: number): readonly string[] | undefined {
  return lastOfLog(paths, count)?.lines;
}

function endOf(path: string): LogEnd | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
  try {
    // A pipe or a folder is not a log.
    if (!fstatSync(fd).isFile()) return undefined;
    const start = Math.max(0, fstatSync(fd).size - LIMITS.audienceLogBytesMax);
    const buffer = Buffer.alloc(LIMITS.audienceLogBytesMax);
    const read = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start));
    const whole = read.subarray(0, read.lastIndexOf(NEWLINE) + 1);
    const lines = whole.toString("utf8").split("\n").filter(Boolean);
    return { lines: lines.map(printableLine), endsAt: start + whole.length };
  } finally {
    closeSync(fd);
  }
}
