import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { changeState } from "../session/session-file.ts";
import type { WearingWorld } from "./edges.ts";
import { sessionPlace } from "./wearing.ts";

/**
 * Appends the records that a process left pending when it died. Taking the state's lock is what does it.
 *
 * @returns Warnings for people: whoever only looks is answered whether or not anything could be written.
 */
export async function flushPending(world: WearingWorld): Promise<readonly string[]> {
  try {
    return (await changeState(sessionPlace(world), LIMITS.lockWaitMs, async () => undefined)).warnings;
  } catch (error) {
    if (error instanceof MasqueError) return [error.message];
    throw error;
  }
}
