import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { printableLine } from "../../kernel/text/printable.ts";

const NEWLINE = 0x0a;

/** Where a receiver in the background writes what it says of itself. */
export function logPath(paths: Pick<Paths, "audience">): string {
  return join(paths.audience, "log");
}

/** The log before this one. */
export function formerLogPath(paths: Pick<Paths, "audience">): string {
  return `${logPath(paths)}.old`;
}

/** The end of a log: its lines, printable, and where in the file the last of them ends. */
export type LogEnd = { readonly lines: readonly string[]; readonly endsAt: number };

/**
 * The last lines of the receiver's log, begun in the log before this one where that is short; `undefined` where there is
 * no log. A line that is just being written is left for whoever follows.
 */
export function lastOfLog(paths: Pick<Paths, "audience">, count: number): LogEnd | undefined {
  const log = endOf(logPath(paths));
  if (log && log.lines.length >= count) return { lines: log.lines.slice(-count), endsAt: log.endsAt };
  const former = endOf(formerLogPath(paths));
  if (!log && !former) return undefined;
  const lines = [...(former?.lines ?? []), ...(log?.lines ?? [])];
  return { lines: lines.slice(-count), endsAt: log?.endsAt ?? 0 };
}

/** The lines alone. */
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
    // A pipe or a folder in its place is no log.
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
