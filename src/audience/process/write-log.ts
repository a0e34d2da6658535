import { closeSync, constants, fstatSync, ftruncateSync, openSync, renameSync, writeSync } from "node:fs";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { FILE_MODE, makePrivateFolder } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { formerLogPath, logPath } from "./read-log.ts";

/**
 * The receiver's own log, begun anew beyond its bound; the last one is kept beside. It says a line at a change of state
 * and seldom else, so it is opened for each: whoever deletes or moves it gets a new one.
 */

/**
 * Opens the log for appending, begun again when it has grown too long. Where the former log cannot be kept, its lines go.
 *
 * @throws system errors, and {MasqueError} `file.unwritable`
 */
export function openLog(paths: Paths): number {
  makePrivateFolder(paths.audience);
  const fd = openForAppending(logPath(paths));
  if (fstatSync(fd).size <= LIMITS.audienceLogBytesMax) return fd;
  try {
    renameSync(logPath(paths), formerLogPath(paths));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    ftruncateSync(fd, 0);
    return fd;
  }
  closeSync(fd);
  return openForAppending(logPath(paths));
}

/**
 * Appends one line, and answers whether it could: a log that cannot be written, such as on a full disk, must not end a
 * receiver that still answers its senders.
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

/** A pipe that nobody reads is not waited for. */
function openForAppending(path: string): number {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
  const fd = openSync(path, flags, FILE_MODE);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new MasqueError("file.unwritable", `Cannot write "${path}": it is not a regular file`, {
    hint: "move it away, or put a file in its place",
  });
}
