import { statSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";

/** What shows that a file has changed. */
export type FileStamp = {
  readonly size: number;
  /** ISO 8601 in UTC, to the nanosecond: texts of it sort as times do. */
  readonly mtime: string;
};

/** File systems have coarse clocks (FAT counts two seconds): a file may change twice at the same time of the clock. */
const COARSEST_CLOCK_NANO = 2_000_000_000n;

/**
 * The stamp of a file.
 *
 * @throws {MasqueError} `file.unreadable`
 */
export function stampOf(path: string): FileStamp {
  try {
    const { size, mtimeNs } = statSync(path, { bigint: true });
    return { size: Number(size), mtime: isoNano(mtimeNs) };
  } catch (error) {
    throw new MasqueError("file.unreadable", `Cannot read "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: "make it readable for your user",
      cause: error,
    });
  }
}

/** Whether two stamps say that the file is unchanged. */
export function isUnchanged(known: FileStamp, found: FileStamp): boolean {
  return known.size === found.size && known.mtime === found.mtime;
}

/** Whether a file changed so shortly before `takenAt` that it may have changed again with the same stamp. */
export function isTooYoung({ mtime }: FileStamp, takenAt: string): boolean {
  return mtime > isoNano(unixNanoOf(takenAt) - COARSEST_CLOCK_NANO);
}

/** ISO 8601 in UTC to the nanosecond. */
export function isoNano(unixNano: bigint): string {
  const seconds = new Date(Number(unixNano / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(unixNano % 1_000_000_000n).padStart(9, "0")}Z`;
}

/** Whether a text is a time as {@link isoNano} writes it. */
export function isIsoNano(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(text) && !Number.isNaN(Date.parse(`${text.slice(0, 19)}Z`));
}

function unixNanoOf(iso: string): bigint {
  return BigInt(Date.parse(`${iso.slice(0, 19)}Z`)) * 1_000_000n + BigInt(iso.slice(20, -1));
}
