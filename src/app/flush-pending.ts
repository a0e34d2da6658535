import { LIMITS } from "../kernel/limits.ts";
import { changeState } from "../session/session-file.ts";
import type { WearingWorld } from "./edges.ts";
import { sessionPlace } from "./wearing.ts";

/** Appends the records that a process left pending when it died. Taking the state's lock is what does it. */
export async function flushPending(world: WearingWorld): Promise<void> {
  await changeState(sessionPlace(world), LIMITS.lockWaitMs, async () => undefined);
}
