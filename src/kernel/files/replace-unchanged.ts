import { linkSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf } from "../errors.ts";
import { makeFolder, unwritable, writeNew } from "./files.ts";

/** What must be true of a file so that it is replaced. */
export type Unchanged = {
  /** Whether there is no file yet. A file that another program makes meanwhile is kept. */
  readonly isNew: boolean;
  /** Checks the file once more, after the new bytes are on disk and right before they take its place. */
  isUnchanged(): boolean;
};

/**
 * Replaces all bytes of a file, or removes the file for `null`, unless the file has changed. Answers whether it was replaced. Mode and
 * owner are kept; a new file gets 0600. A link at `target` is never followed. Temporary files that a killed process left are removed
 * first. The bytes are synced; the caller syncs the folder where that matters.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function replaceUnchanged(
  target: string,
  bytes: string | Uint8Array | null,
  { isNew, isUnchanged }: Unchanged,
): boolean {
  const folder = dirname(target);
  try {
    makeFolder(folder);
    removeTemporaries(target);
    return bytes === null ? removeIf(target, isUnchanged) : replaceIf(target, bytes, { isNew, isUnchanged });
  } catch (error) {
    throw unwritable(target, error);
  }
}

/** Removes temporary files that killed processes left beside `target`. Call it where no other process writes the same file. */
export function removeTemporaries(target: string): void {
  const name = basename(target).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`^\\.${name}\\.\\d+\\.[0-9a-f]{8}\\.tmp$`);
  const folder = dirname(target);
  for (const entry of entriesOf(folder)) {
    if (entry.isFile() && pattern.test(entry.name)) rmSync(join(folder, entry.name), { force: true });
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

function removeIf(target: string, isUnchanged: () => boolean): boolean {
  if (!isUnchanged()) return false;
  rmSync(target, { force: true });
  return true;
}

function replaceIf(target: string, bytes: string | Uint8Array, { isNew, isUnchanged }: Unchanged): boolean {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  try {
    writeNew(temporary, bytes, { former: lstatSync(target, { throwIfNoEntry: false }), isSynced: true });
    if (!isUnchanged()) return false;
    return isNew ? putNew(temporary, target) : putOver(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Renames the new file over the former one. A temporary file that is gone was removed by another process's attempt. */
function putOver(temporary: string, target: string): boolean {
  try {
    renameSync(temporary, target);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

/** A hard link is only made where there is nothing. On a file system without hard links, the last check must be enough. */
function putNew(temporary: string, target: string): boolean {
  try {
    linkSync(temporary, target);
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EEXIST" || code === "ENOENT") return false;
    if (!NO_HARD_LINKS.has(code)) throw error;
    return putOver(temporary, target);
  }
}
