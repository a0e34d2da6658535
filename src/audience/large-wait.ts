import { LIMITS } from "../kernel/limits.ts";
import type { Held } from "./room.ts";

const TICK_MS = 1_000;

/**
 * Watches a body while it comes. The room for large ones holds one of the longest alone, so whoever is in it and does not go on
 * keeps out every other large sender: `leave` is called for one that is large for `LIMITS.requestLargeWaitMs` and not complete.
 *
 * @returns What ends the watch.
 */
export function watchLarge(held: Held, leave: () => void): () => void {
  let largeMs = 0;
  const watch = setInterval(() => {
    if (held.isLarge) largeMs += TICK_MS;
    if (largeMs >= LIMITS.requestLargeWaitMs) leave();
  }, TICK_MS);
  return () => clearInterval(watch);
}
