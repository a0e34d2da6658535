import { closeSync, constants, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";
import { FILE_MODE } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { activeName, nextSegmentMs, segmentName } from "../../telemetry/file-names.ts";
import type { Signal } from "../../telemetry/signal.ts";

/**
 * Gives a signal's file the name of a segment, and returns the name. No file is ever overwritten: the name is first
 * taken by an empty file that only this process can have made, and the rename replaces that one. So it works where a
 * file system has no hard links and where the system cannot refuse a rename. A crash in between leaves an empty
 * segment, which no reader takes for telemetry.
 *
 * @throws System errors; then the file has its former name.
 */
export function renameToSegment(folder: string, signal: Signal, nowMs: number): string {
  const name = takeName(folder, signal, nowMs);
  try {
    renameSync(join(folder, activeName(signal)), join(folder, name));
    return name;
  } catch (error) {
    rmSync(join(folder, name), { force: true });
    throw error;
  }
}

/** Another process may take the same name at the same moment. The name of the next millisecond is tried then. */
function takeName(folder: string, signal: Signal, nowMs: number): string {
  let unixMs = nextSegmentMs(readdirSync(folder), signal, nowMs);
  for (let attempt = 1; ; attempt++) {
    const name = segmentName(signal, unixMs);
    try {
      closeSync(openSync(join(folder, name), constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE));
      return name;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST" || attempt >= LIMITS.segmentNamesTriedMax) throw error;
      unixMs += 1;
    }
  }
}
