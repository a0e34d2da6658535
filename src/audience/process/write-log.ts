import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { FILE_MODE, makePrivateFolder } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { logPath } from "./read-log.ts";

/**
 * The receiver's own log: one file, emptied when it is longer than its limit. The receiver writes a line when its state
 * changes and rarely otherwise, so the file is opened for each line. A log that was deleted or moved is made again.
 */

/** The first line of a log that was emptied. */
export const EMPTIED = "the log reached its limit and was emptied";

/**
 * Opens the log for appending. Empties it first if it is longer than `LIMITS.audienceLogBytesMax`.
 *
 * @throws system errors, and {MasqueError} `file.unwritable`
 */
export function openLog(paths: Paths): number {
  makePrivateFolder(paths.audience);
  const fd = openForAppending(logPath(paths));
  if (fstatSync(fd).size > LIMITS.audienceLogBytesMax) {
    ftruncateSync(fd, 0);
    writeSync(fd, `${EMPTIED}\n`);
  }
  return fd;
}

/**
 * Appends one line. Returns whether that worked: a log that cannot be written, for example on a full disk, must not end
 * a receiver that can still answer its senders.
 */
export function appendToLog(paths: Paths, line: string): boolean {
  try {
    const fd = openLog(paths);
    try {
      writeSync(fd, `${line}\n`);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined && !(error instanceof MasqueError)) throw error;
    return false;
  }
}

/** Does not wait for a reader where the path is a pipe. */
function openForAppending(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
  const fd = openSync(path, flags, FILE_MODE);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new MasqueError("file.unwritable", `Cannot write "${path}": it is not a regular file`, {
    hint: "move it away, or put a file in its place",
  });
}
