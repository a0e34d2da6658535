import { closedFile, isAhead } from "../../telemetry/file-names.ts";
import type { StorageSettings } from "./storage-settings.ts";

/** Which files of captured telemetry have been kept long enough. Pure; `drop-segments.ts` deletes them. */

const MS_PER_DAY = 86_400_000;

/** A file in the folder. */
export type KeptFile = {
  readonly name: string;
  readonly bytes: number;
  /** When it was last written, milliseconds since 1970. */
  readonly modifiedMs: number;
};

/** Why a file is dropped. */
export type DropReason = "age" | "size";

/** A file to drop. */
export type Drop = KeptFile & { readonly reason: DropReason };

/** How long files are kept, and which are never dropped, even when there is too little room. */
export type RetentionRule = Pick<StorageSettings, "retentionBytes" | "retentionDays"> & { readonly floorMs: number };

/** A closed file, and how long ago it was closed by its name and its last write, whichever is later. */
type Closed = KeptFile & { readonly unixMs: number; readonly closedMs: number };

/**
 * What to drop, oldest first. Only files that masque closed itself and named so: never the file that is written to, one
 * closed within `floorMs`, or one of another program. The limit on size counts all of masque's files, also those
 * that are written to and those that crashes left.
 *
 * The clock alone makes no file old: a file's age is counted to now or to the latest time that any of the files shows,
 * whichever is earlier. A file that says a time more than a day ahead was closed under a wrong clock. Its age is not known, so only
 * the bound on size drops it, and before all others.
 */
export function filesToDrop(files: readonly KeptFile[], rule: RetentionRule, nowMs: number): readonly Drop[] {
  const closed = files.flatMap((file) => {
    const unixMs = closedFile(file.name)?.unixMs;
    return unixMs === undefined ? [] : [{ ...file, unixMs, closedMs: Math.max(unixMs, file.modifiedMs) }];
  });
  const shownMs = latestShown(files, closed, nowMs);
  let bytesKept = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const drops: Drop[] = [];
  for (const { unixMs, closedMs, ...file } of closed.sort(inOrder(nowMs))) {
    const isDated = !isAhead({ unixMs: closedMs }, nowMs);
    if (isDated && nowMs - closedMs < rule.floorMs) continue;
    const isOld = rule.retentionDays > 0 && isDated && shownMs - closedMs >= rule.retentionDays * MS_PER_DAY;
    const isTooMuch = rule.retentionBytes > 0 && bytesKept > rule.retentionBytes;
    if (!(isOld || isTooMuch)) continue;
    drops.push({ ...file, reason: isOld ? "age" : "size" });
    bytesKept -= file.bytes;
  }
  return drops;
}

/** Whether these are more than half of all closed files. Then a wrong clock is the more likely reason for their age. */
export function isMostOf(drops: readonly KeptFile[], files: readonly KeptFile[]): boolean {
  const closedBytes = bytesOf(files.filter(({ name }) => closedFile(name) !== undefined));
  return bytesOf(drops) * 2 > closedBytes;
}

function latestShown(files: readonly KeptFile[], closed: readonly Closed[], nowMs: number): number {
  const shown = [...files.map(({ modifiedMs }) => modifiedMs), ...closed.map(({ unixMs }) => unixMs)];
  const latest = shown.reduce((a, b) => (isAhead({ unixMs: b }, nowMs) ? a : Math.max(a, b)), 0);
  return Math.min(latest, nowMs);
}

function inOrder(nowMs: number): (a: Closed, b: Closed) => number {
  const rank = (file: Closed) => (isAhead(file, nowMs) ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || a.unixMs - b.unixMs || (a.name < b.name ? -1 : 1);
}

function bytesOf(files: readonly KeptFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
