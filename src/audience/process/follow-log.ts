import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import type { Paths } from "../../kernel/paths.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { logPath } from "./read-log.ts";

/**
 * Following the receiver's log as it grows, like `tail -F`: through its rotation, its removal, and through one receiver's
 * end and the next one's start. The file is held open, so what was written before it was renamed is read to its end; the
 * log would have to be begun anew twice between two looks for a line to be missed, and it holds thousands.
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
 * Hands over every whole line, printable, from now on until the signal.
 *
 * @param from Where in the log as it stands to begin.
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
        // Without a pause where there is something to read.
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

/** Another file stands in its place, none does, or it was cut. */
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
