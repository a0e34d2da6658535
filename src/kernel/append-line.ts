import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "./errors.ts";
import { FILE_MODE, makePrivateFolder, NO_FOLLOW, writeWhole } from "./files.ts";

const NEWLINE = 0x0a;

/**
 * Appends one line, payload and newline in one write, and waits until it is on disk. A torn tail that a crash left is
 * ended first, so it spoils one line and not two.
 *
 * @throws {MasqueError} `telemetry.write-failed`
 */
export function appendLineSynced(path: string, line: string): void {
  makePrivateFolder(dirname(path));
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, FILE_MODE);
    try {
      writeWhole(fd, Buffer.from(endsTorn(fd) ? `\n${line}\n` : `${line}\n`));
      fdatasyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const isLink = errnoOf(error) === "ELOOP";
    const found = isLink ? "it is a link, and masque follows none here" : (errnoOf(error) ?? String(error));
    throw new MasqueError("telemetry.write-failed", `Cannot append to "${path}": ${found}`, {
      hint: `${isLink ? "remove the link" : "free some space, or make the folder writable"}; the event is kept and appended by the next command`,
      cause: error,
    });
  }
}

function endsTorn(fd: number): boolean {
  const size = fstatSync(fd).size;
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(fd, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}
