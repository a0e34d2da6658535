import { closedFile } from "../telemetry/file-names.ts";
import type { Keeping } from "./keeping.ts";

/** Which files of captured telemetry have been kept long enough. Pure: `drop-segments.ts` does it. */

const MS_PER_DAY = 86_400_000;

/** A file as it lies in the folder. */
export type KeptFile = { readonly name: string; readonly bytes: number };

/** Why a file is dropped. */
export type DropReason = "age" | "size";

/** A file to drop. */
export type Drop = KeptFile & { readonly reason: DropReason };

/** How long to keep, and what is not touched however little room there is. */
export type RetentionRule = Pick<Keeping, "retentionBytes" | "retentionDays"> & { readonly floorMs: number };

/**
 * What to drop, oldest first. Only files that masque closed itself and named so: never one that is written to, one
 * closed within the floor, or one of another program. The bound on size is on all of masque's files together, those
 * that are written to and what crashes left among them.
 */
export function filesToDrop(files: readonly KeptFile[], rule: RetentionRule, nowMs: number): readonly Drop[] {
  const closed = files.flatMap((file) => {
    const unixMs = closedFile(file.name)?.unixMs;
    return unixMs === undefined ? [] : [{ ...file, unixMs }];
  });
  closed.sort((a, b) => a.unixMs - b.unixMs || (a.name < b.name ? -1 : 1));
  let bytesKept = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const drops: Drop[] = [];
  for (const { unixMs, ...file } of closed) {
    const ageMs = nowMs - unixMs;
    const isOld = rule.retentionDays > 0 && ageMs >= rule.retentionDays * MS_PER_DAY;
    const isTooMuch = rule.retentionBytes > 0 && bytesKept > rule.retentionBytes;
    if (ageMs < rule.floorMs || !(isOld || isTooMuch)) break;
    drops.push({ ...file, reason: isOld ? "age" : "size" });
    bytesKept -= file.bytes;
  }
  return drops;
}
