import { closeSync, fstatSync, readSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { appendLineSynced } from "../kernel/files/append-line.ts";
import { LIMITS } from "../kernel/limits.ts";
import { openRegular } from "../kernel/open-regular.ts";

/** Records of don and doff, each as its line of `masque.jsonl`. */
export type EventLines = {
  /** Pending when we came: the process that decided them may have appended them before it died. */
  readonly found: readonly string[];
  /** Ours, and new. */
  readonly decided: readonly string[];
};

/**
 * Appends event lines to `masque.jsonl`, each once, in one write; lines that were found are looked for in the file's
 * tail first.
 *
 * @throws {MasqueError} `telemetry.write-failed`
 */
export function appendMissingEvents(path: string, { found, decided }: EventLines): void {
  try {
    const present = found.length > 0 ? linesInTail(path) : new Set<string>();
    const missing = [...found.filter((line) => !present.has(line)), ...decided];
    if (missing.length > 0) appendLineSynced(path, missing.join("\n"));
  } catch (error) {
    throw unappended(path, error);
  }
}

/** Whatever the obstacle is, in the file or on the way to it: the record was not appended. */
function unappended(path: string, error: unknown): unknown {
  if (error instanceof MasqueError && error.code === "telemetry.write-failed") return error;
  const code = errnoOf(error instanceof MasqueError ? error.cause : error);
  if (code === undefined) return error;
  return new MasqueError("telemetry.write-failed", `Cannot append to "${path}": ${code}`, {
    hint: "make the file and its folder yours to read and write",
    cause: error,
  });
}

function linesInTail(path: string): Set<string> {
  const fd = openRegular(path);
  if (fd === undefined) return new Set();
  try {
    const size = fstatSync(fd).size;
    const length = Math.min(size, LIMITS.eventTailBytesMax);
    const tail = Buffer.alloc(length);
    const read = readSync(fd, tail, 0, length, size - length);
    return new Set(tail.toString("utf8", 0, read).split("\n"));
  } finally {
    closeSync(fd);
  }
}
