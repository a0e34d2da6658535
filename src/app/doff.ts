import { MasqueError } from "../kernel/errors.ts";
import type { SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { forkDecided, likelyFork, pinnedOf } from "../session/host-life.ts";
import { changeState } from "../session/session-file.ts";
import { type SessionState, type Wearing, wornIn } from "../session/state.ts";
import { doffTransition, type Moment } from "../session/transition.ts";
import type { WearingWorld } from "./edges.ts";
import { momentOf, refreshSpinner, sessionPlace } from "./wearing.ts";

/** What was taken off. */
export type DoffOutcome = {
  readonly doffed: Wearing;
  readonly warnings: readonly string[];
};

/**
 * Takes the masque off and puts the host's verbs back. Scoring is another use case: it must not hold the lock.
 *
 * @throws {MasqueError} `session.nothing-worn`; `lock.timeout`, `file.unwritable`, `session.unreadable` or
 *   `telemetry.write-failed`, each leaving a state that the next command completes.
 */
export async function doff(world: WearingWorld, session: SessionId): Promise<DoffOutcome> {
  const changed = await changeState(sessionPlace(world), LIMITS.lockWaitMs, async (state, save) => {
    const at = momentOf(world);
    const known = withFork(state, session, at);
    const doffed = wornIn(known, session);
    if (!doffed) return null;
    const next = await save(doffTransition(known, session, "user", at));
    return { doffed, warnings: await refreshSpinner(world, { before: state, after: next }, save) };
  });
  if (!changed.result) throw nothingWorn(changed.warnings);
  return { ...changed.result, warnings: [...changed.warnings, ...changed.result.warnings] };
}

/** A fork whose first word is to doff: its transcript is not there yet, and its conversation holds the block. */
function withFork(state: SessionState, session: SessionId, at: Moment): SessionState {
  const fork = wornIn(state, session) ? null : likelyFork(state, session);
  return fork ? forkDecided(state, fork.from, pinnedOf(fork.worn), at) : state;
}

function nothingWorn(warnings: readonly string[]): MasqueError {
  return new MasqueError("session.nothing-worn", ["Cannot doff: nothing is worn here", ...warnings].join("; "), {
    hint: "masque don <name>; `masque list` shows who there is",
  });
}
