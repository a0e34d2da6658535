import { existsSync } from "node:fs";
import { tryLock } from "../../../kernel/files/lock.ts";
import type { SessionId } from "../../../kernel/ids.ts";
import { LIMITS } from "../../../kernel/limits.ts";
import { goneProjects, type StateFolders } from "../../../session/gone-projects.ts";
import { isUnsettled, readState } from "../../../session/session-file.ts";
import { sessionFilePath, sessionLockPath } from "../../../session/session-path.ts";
import { type Check, type Finding, ok, warning } from "./check.ts";

const DAY_MS = 86_400_000;

/** What this agent session wears, and whether anything of it is stuck. */
export function sessionCheck(sessions: string, session: SessionId): Check {
  return { name: "session file", look: () => sessionFinding(sessions, session) };
}

/** State of projects that were moved or deleted. */
export function goneProjectsCheck(folders: StateFolders): Check {
  return { name: "remembered projects", look: () => goneFinding(folders) };
}

function sessionFinding(sessions: string, session: SessionId): Finding {
  const path = sessionFilePath(sessions, session);
  if (!existsSync(path)) return ok("nothing was ever worn in this session");
  const { state, isCorrupt } = readState(sessions, session);
  if (isCorrupt) return warning(`"${path}" is damaged`, "the next don sets it aside and begins a new one");
  if (isLocked(sessionLockPath(sessions, session))) {
    return warning(`another masque process holds the lock of "${path}"`, "wait for it; a process that died holds none");
  }
  if (isUnsettled(state)) {
    return warning("a change of what is worn was left half done: its records wait to be appended", "masque id");
  }
  return ok(`"${path}"`);
}

/** The operating system releases the lock of a dead process, so a lock that is held belongs to a living one. */
function isLocked(lockPath: string): boolean {
  // Opening a lock makes its file, and looking must not make a file.
  if (!existsSync(lockPath)) return false;
  const lock = tryLock(lockPath);
  lock?.release();
  return lock === undefined;
}

function goneFinding(folders: StateFolders): Finding {
  const gone = goneProjects(folders);
  if (gone.length === 0) return ok("every remembered project still exists");
  const projects = [...new Set(gone.map(({ project }) => `"${project}"`))];
  const days = LIMITS.abandonedStateMs / DAY_MS;
  return warning(
    `${projects.length} remembered projects do not exist any more: ${projects.join(", ")}`,
    `nothing to do: what is remembered of them goes ${days} days after its last change`,
  );
}
