import { existsSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "../kernel/lock.ts";
import type { Paths } from "../kernel/paths.ts";

/** The lock that a receiver holds for as long as it lives: one a user, and the operating system releases it. */
export function audienceLockPath(paths: Paths): string {
  return join(paths.audience, "lock");
}

/** Whether some process holds it, whatever it answers. */
export function isLocked(paths: Paths): boolean {
  // Looking must not make the folder of a user who never started one.
  if (!existsSync(audienceLockPath(paths))) return false;
  const lock = tryLock(audienceLockPath(paths));
  lock?.release();
  return lock === undefined;
}
