import { statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unixMs } from "../../kernel/clock.ts";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { FILE_MODE } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";
import { namesIn } from "../../session/all-sessions.ts";
import { tidyState } from "../../session/tidy-state.ts";
import { projectsFolder } from "./show-verbs.ts";

/**
 * When old state is removed: once a day, and when there are more sessions than are kept. In that case a don removes state
 * at every sixteenth new session only, a doff each time.
 */

/** After a don in a session that was not known before. */
export function tidyAfterNew(world: World): void {
  orLater(() => {
    const count = sessionsKnown(world);
    const isTurn = count > LIMITS.closedSessionsMax && count % LIMITS.sessionsPerTidying === 0;
    if (isTurn || isDayOver(world)) tidy(world);
  });
}

/** After a doff. */
export function tidyAfterDoff(world: World): void {
  orLater(() => {
    if (sessionsKnown(world) > LIMITS.closedSessionsMax) tidy(world);
  });
}

function tidy(world: World): void {
  const now = nowMs(world);
  writeFileSync(markPath(world), "", { mode: FILE_MODE });
  utimesSync(markPath(world), now / 1000, now / 1000);
  tidyState({ sessions: world.paths.sessions, projects: projectsFolder(world) }, now);
}

function sessionsKnown({ paths }: World): number {
  return namesIn(paths.sessions).filter((name) => name.endsWith(".json")).length;
}

function isDayOver(world: World): boolean {
  const age = nowMs(world) - (statSync(markPath(world), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return age < 0 || age > LIMITS.stateTidiedEveryMs;
}

/** The file whose time says when old state was last removed. */
function markPath({ paths }: World): string {
  return join(paths.sessions, ".tidied");
}

function nowMs({ clock }: World): number {
  return unixMs(clock.nowUnixNano());
}

/** What cannot be removed now is tried again later: neither a don nor a doff fails because of it. */
function orLater(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof MasqueError) && errnoOf(error) === undefined) throw error;
  }
}
