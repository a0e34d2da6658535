import { MasqueError } from "../kernel/errors.ts";
import type { SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { changeState } from "../session/session-file.ts";
import type { WearingWorld } from "./edges.ts";
import { showVerbs } from "./show-verbs.ts";
import { sessionPlace } from "./wearing.ts";

/**
 * Completes the change that a process left half done when it died: a change that decides nothing does it.
 *
 * @returns Warnings for people: whoever only looks is answered whether or not anything could be written.
 */
export async function flushPending(world: WearingWorld, session: SessionId): Promise<readonly string[]> {
  const changing = { session, waitMs: LIMITS.lockWaitMs, follow: showVerbs(world) };
  try {
    return (await changeState(sessionPlace(world), changing, (next) => ({ next, result: undefined }))).warnings;
  } catch (error) {
    if (error instanceof MasqueError) return [error.message];
    throw error;
  }
}
