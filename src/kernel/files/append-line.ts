import { closeSync, constants, fdatasyncSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { FILE_MODE, makePrivateFolder, NO_FOLLOW, writeWhole } from "./files.ts";

const NEWLINE = 0x0a;
/** Milliseconds until the end of a file without a newline is read again: another process may be writing. */
const WRITING_MS = 5;
/** The end of the file is torn before each of our writes only where other processes are killed again and again as they write. */
const TRIES_MAX = 5;

/**
 * Appends one line, payload and newline in one write, and waits until the line is on disk. Where a crash left half a line, a newline
 * is written first, so that the crash spoils one line and not two.
 *
 * Many processes append at once, and none waits for another: the system puts each write whole at the end of the file.
 * A process may still be killed as it writes, after we read the end of the file and before we write. So the line is
 * looked for afterwards, at the start of a line, and written again where it was joined to half a line.
 *
 * @param line A line that the file does not hold yet: it is found by its text.
 * @throws {MasqueError} `telemetry.write-failed`
 */
export function appendLineSynced(path: string, line: string): void {
  makePrivateFolder(dirname(path));
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | NO_FOLLOW, FILE_MODE);
    try {
      if (!fstatSync(fd).isFile()) throw new Error("it is not a regular file");
      appendWhole(fd, line);
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

function appendWhole(fd: number, line: string): void {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const before = fstatSync(fd).size;
    writeWhole(fd, Buffer.from(isTorn(fd) ? `\n${line}\n` : `${line}\n`));
    if (isLineAfter(fd, before, line)) return;
  }
  throw new Error("other processes are killed while they append");
}

function isTorn(fd: number): boolean {
  if (!endsTorn(fd)) return false;
  Bun.sleepSync(WRITING_MS);
  return endsTorn(fd);
}

function endsTorn(fd: number): boolean {
  const size = fstatSync(fd).size;
  return size > 0 && readAt(fd, size - 1, 1)[0] !== NEWLINE;
}

/** Whether the bytes appended since then hold the line as a whole line. */
function isLineAfter(fd: number, before: number, line: string): boolean {
  const from = Math.max(0, before - 1);
  const text = readAt(fd, from, fstatSync(fd).size - from);
  const whole = Buffer.from(`\n${line}\n`);
  return text.includes(whole) || (from === 0 && text.subarray(0, whole.length - 1).equals(whole.subarray(1)));
}

function readAt(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
}
