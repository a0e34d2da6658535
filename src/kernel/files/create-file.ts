import { closeSync, constants, fsyncSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../errors.ts";
import { FILE_MODE, makeFolder, syncFolder, unwritable, writeWhole } from "./files.ts";

/**
 * Makes a file that only this user can read. Answers `false` where something has that name already, and leaves it as it is.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function createFile(path: string, bytes: string | Uint8Array): boolean {
  makeFolder(dirname(path));
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw unwritable(path, error);
  }
  try {
    writeSynced(fd, bytes);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    // Half a file would block the user's next try.
    rmSync(path, { force: true });
    throw unwritable(path, error);
  }
}

function writeSynced(fd: number, bytes: string | Uint8Array): void {
  try {
    writeWhole(fd, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
