import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { appendLineSynced } from "../kernel/append-line.ts";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";

/**
 * Appends event lines to `masque.jsonl`, each once, in one write.
 *
 * @param origin `found`: the lines were pending when we came, so the process that decided them may have appended them
 *   before it died, and the file's tail is searched first. `decided`: they are ours, and new.
 * @throws {MasqueError} `telemetry.write-failed`
 */
export function appendMissingEvents(path: string, lines: readonly string[], origin: "found" | "decided"): void {
  try {
    const present = origin === "found" ? linesInTail(path) : new Set<string>();
    const missing = lines.filter((line) => !present.has(line));
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
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return new Set();
    throw error;
  }
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
