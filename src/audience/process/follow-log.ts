import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import type { Paths } from "../../kernel/paths.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { logPath } from "./read-log.ts";

/**
 * Follows the receiver's log as it grows, like `tail -F`: also after the log was emptied, moved or removed, and from one
 * receiver to the next. The file stays open, so a log that was moved is read to its end. What is written in the 100 ms
 * before the log is emptied can be missed.
 */

const LOOK_EVERY_MS = 100;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = "\n";

type FollowedLog = {
  readonly fd: number;
  readonly inode: number;
  at: number;
  rest: string;
  readonly decoder: TextDecoder;
};

/**
 * Hands over every whole line, printable, until the signal.
 *
 * @param from The offset in the log to begin at.
 */
export async function followLog(
  paths: Pick<Paths, "audience">,
  { from, stop, line }: { from: number; stop: AbortSignal; line: (text: string) => void },
): Promise<void> {
  let held = open(logPath(paths), from);
  try {
    while (!stop.aborted) {
      if (held) readNew(held, line);
      if (!held || isReplaced(held, logPath(paths))) {
        const next = open(logPath(paths), 0);
        if (held) finishWith(held, line);
        held = next;
        // There is something to read already, so there is no pause.
        if (held) continue;
      }
      await pause(stop);
    }
  } finally {
    if (held) closeSync(held.fd);
  }
}

function open(path: string, at: number): FollowedLog | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(fd).isFile()) {
      closeSync(fd);
      return undefined;
    }
    return { fd, inode: fstatSync(fd).ino, at, rest: "", decoder: new TextDecoder() };
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function readNew(held: FollowedLog, line: (text: string) => void): void {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  for (;;) {
    const length = readSync(held.fd, buffer, 0, buffer.length, held.at);
    if (length === 0) return;
    held.at += length;
    const lines = (held.rest + held.decoder.decode(buffer.subarray(0, length), { stream: true })).split(NEWLINE);
    held.rest = lines.pop() ?? "";
    for (const one of lines) if (one !== "") line(printableLine(one));
  }
}

/** Another file is at the path, no file is, or this one was emptied. */
function isReplaced(held: FollowedLog, path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  return there === undefined || there.ino !== held.inode || there.size < held.at;
}

function finishWith(held: FollowedLog, line: (text: string) => void): void {
  readNew(held, line);
  if (held.rest !== "") line(printableLine(held.rest));
  closeSync(held.fd);
}

function pause(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_EVERY_MS);
    stop.addEventListener("abort", end);
  });
}
