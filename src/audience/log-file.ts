import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { FILE_MODE, makePrivateFolder } from "../kernel/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Paths } from "../kernel/paths.ts";
import { formerLogPath, logPath } from "./logs.ts";

/**
 * The receiver's own log, begun anew beyond its bound; the last one is kept beside. It says a line at a change of state
 * and seldom else, so it is opened for each: whoever deletes or moves it gets a new one.
 */

/**
 * Opens the log for appending, begun anew when it has grown too long.
 *
 * @throws system errors, and {MasqueError} `file.unwritable`
 */
export function openLog(paths: Paths): number {
  makePrivateFolder(paths.audience);
  const fd = openForAppending(logPath(paths));
  if (fstatSync(fd).size <= LIMITS.audienceLogBytesMax) return fd;
  closeSync(fd);
  renameSync(logPath(paths), formerLogPath(paths));
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

function openForAppending(path: string): number {
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, FILE_MODE);
}
