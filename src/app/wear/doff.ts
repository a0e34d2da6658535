import { MasqueError } from "../../kernel/errors.ts";
import { realPath, type SessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { wearingsIn } from "../../session/all-sessions.ts";
import { forkDecided, type HostNote, pinnedOf } from "../../session/host-life.ts";
import { forkNoteOf } from "../../session/host-notes.ts";
import { changeState, readState } from "../../session/session-file.ts";
import type { Wearing } from "../../session/state.ts";
import { doffTransition } from "../../session/transition.ts";
import type { WearingWorld } from "../edges.ts";
import { notesFolder } from "./host-announced.ts";
import { migrateProjectState } from "./migrate-project-state.ts";
import { showVerbs } from "./show-verbs.ts";
import { tidyAfterDoff } from "./tidy.ts";
import { momentOf, sessionPlace } from "./wearing.ts";

/** The result of a doff: the masque session that ended, and warnings. */
export type DoffOutcome = {
  readonly doffed: Wearing;
  readonly warnings: readonly string[];
};

/**
 * Takes the masque off and puts the user's own spinner verbs back. Scoring is a use case of its own, without the lock.
 *
 * @throws {MasqueError} `session.nothing-worn`; `lock.timeout`, `file.unwritable`, `session.unreadable` or
 *   `telemetry.write-failed`, each leaving a state that the next command completes.
 */
export async function doff(world: WearingWorld, session: SessionId): Promise<DoffOutcome> {
  const moved = await migrateProjectState(world);
  const fork = likelyFork(world, session);
  const changing = { session, waitMs: LIMITS.lockWaitMs, follow: showVerbs(world) };
  const changed = await changeState(sessionPlace(world), changing, (state) => {
    const at = momentOf(world);
    const known = fork && !state.worn ? forkDecided(state, fork.note, pinnedOf(fork.worn), at) : state;
    return { next: known.worn ? doffTransition(known, "user", at) : state, result: known.worn };
  });
  fork?.drop();
  const warnings = [...moved, ...changed.warnings];
  if (!changed.result) throw nothingWorn(warnings);
  tidyAfterDoff(world);
  return { doffed: changed.result, warnings };
}

/**
 * What a fork wears that doffs before anything else. Its transcript is not written yet, but its conversation holds the block
 * of the only masque that is worn in this project. `null` where the session is not a fork, or several masques are worn.
 */
function likelyFork(world: WearingWorld, session: SessionId): { note: HostNote; worn: Wearing; drop(): void } | null {
  const { sessions } = world.paths;
  if (readState(sessions, session).state.worn) return null;
  const fork = forkNoteOf(notesFolder(world), session);
  if (!fork) return null;
  const [only, ...others] = wearingsIn(sessions, realPath(world.project));
  if (!only || others.some(({ digest }) => digest !== only.digest)) return null;
  return { ...fork, worn: only };
}

function nothingWorn(warnings: readonly string[]): MasqueError {
  return new MasqueError(
    "session.nothing-worn",
    ["Cannot doff: this session wears no masque", ...warnings].join("; "),
    {
      try: "masque list",
      hint: "don a masque by its name: masque don <name>",
    },
  );
}
