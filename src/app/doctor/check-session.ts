import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryLock } from "../../kernel/lock.ts";
import { readState, sessionFilePath } from "../../session/session-file.ts";
import { type Check, type Finding, ok, warning } from "./check.ts";

/** What this project wears, and whether anything of it is stuck. */
export function sessionCheck(project: string): Check {
  return { name: "session file", look: () => sessionFinding(project) };
}

function sessionFinding(project: string): Finding {
  const path = sessionFilePath(project);
  if (!existsSync(path)) return ok("nothing was ever worn in this project");
  const { state, isCorrupt } = readState(project);
  if (isCorrupt) return warning(`"${path}" is damaged`, "the next don sets it aside and begins a new one");
  if (isLocked(path)) {
    return warning(`another masque process holds the lock of "${path}"`, "wait for it; a process that died holds none");
  }
  const { pending } = state;
  if (pending.length > 0) {
    return warning(`${pending.length} records of don and doff wait to be appended`, "masque doff, or the next don");
  }
  return ok(`"${path}"`);
}

/** The operating system lets go of a dead process's lock, so a lock that is held is somebody's. */
function isLocked(path: string): boolean {
  const lockPath = join(dirname(path), "masque.session.lock");
  // Looking must not make one.
  if (!existsSync(lockPath)) return false;
  const lock = tryLock(lockPath);
  lock?.release();
  return lock === undefined;
}
