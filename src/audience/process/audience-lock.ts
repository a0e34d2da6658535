import { existsSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { tryLock } from "../../kernel/files/lock.ts";
import type { Paths } from "../../kernel/paths.ts";
import { folderHolder } from "./folder-holder.ts";
import type { FolderLock } from "./folder-lock.ts";

/**
 * The locks that a receiver holds for as long as it lives, one receiver a user; the operating system releases both. The
 * one on the folder of telemetry decides, for it goes with no file. The one on `lock` is for where no folder can be
 * locked, and for receivers of former versions.
 */
export function audienceLockPath(paths: Pick<Paths, "audience">): string {
  return join(paths.audience, "lock");
}

/**
 * Takes both locks, or neither: `undefined` when another receiver has one. A folder that cannot be locked because it
 * cannot be written is locked by the first write that finds it writable.
 *
 * @throws {MasqueError} `file.unwritable` when the lock file cannot be made; `folder.unsafe`.
 */
export function takeLocks(paths: Pick<Paths, "audience">, folder: FolderLock): { release(): void } | undefined {
  const file = tryLock(audienceLockPath(paths));
  if (!file) return undefined;
  const release = () => {
    folder.release();
    file.release();
  };
  try {
    folder.hold();
    return { release };
  } catch (error) {
    const code = error instanceof MasqueError ? error.code : errnoOf(error) && "file.unwritable";
    if (code === "file.unwritable") return { release };
    release();
    if (code === "audience.folder-taken") return undefined;
    throw error;
  }
}

/** Whether some process holds one of them, whatever it answers. */
export function isLocked(paths: Pick<Paths, "audience" | "otel">): boolean {
  return isFileLocked(audienceLockPath(paths)) || folderHolder(paths.otel) !== undefined;
}

function isFileLocked(path: string): boolean {
  // Looking must not make the folder of a user who never started one.
  if (!existsSync(path)) return false;
  try {
    const lock = tryLock(path);
    lock?.release();
    return lock === undefined;
  } catch (error) {
    // What cannot be locked is held by no receiver.
    if (error instanceof MasqueError) return false;
    throw error;
  }
}
