import { closeSync, fstatSync, readSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { appendLineSynced } from "../kernel/files/append-line.ts";
import { openRegular } from "../kernel/files/open-regular.ts";
import { LIMITS } from "../kernel/limits.ts";

/** Records of don and doff, each as its line of `masque.jsonl`. */
export type EventLines = {
  /** Found pending in the state: the process that wrote the state may have appended these lines before it died. */
  readonly found: readonly string[];
  /** New: decided by this change. */
  readonly decided: readonly string[];
};

/**
 * Appends event lines to `masque.jsonl`, each once, in one write. Lines that were found pending are first looked for at
 * the end of the file.
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

/** One error code for every obstacle, in the file or in a folder above it: the record was not appended. */
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
