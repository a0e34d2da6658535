import { existsSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { tryLock } from "../../kernel/files/lock.ts";
import type { Paths } from "../../kernel/paths.ts";
import { folderHolder } from "./folder-holder.ts";
import type { FolderLock } from "./folder-lock.ts";

/**
 * The two locks that a receiver holds while it runs, so that a user has one receiver. The operating system releases both.
 * The lock on the folder of telemetry decides, because no removed file releases it. The lock on `lock` is for systems where
 * no folder can be locked, and for receivers of earlier versions.
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

/** Whether a process holds one of them, whether or not it answers. */
export function isLocked(paths: Pick<Paths, "audience" | "otel">): boolean {
  return isFileLocked(audienceLockPath(paths)) || folderHolder(paths.otel) !== undefined;
}

function isFileLocked(path: string): boolean {
  // Looking must not make the folder for a user who never started a receiver.
  if (!existsSync(path)) return false;
  try {
    const lock = tryLock(path);
    lock?.release();
    return lock === undefined;
  } catch (error) {
    // A file that cannot be locked is held by no receiver.
    if (error instanceof MasqueError) return false;
    throw error;
  }
}
