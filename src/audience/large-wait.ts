import { LIMITS } from "../kernel/limits.ts";
import type { Reservation } from "./memory-budget.ts";

const TICK_MS = 1_000;

/**
 * Watches a body while it comes. The room for large ones holds one of the longest alone, so whoever is in it and does not go on
 * keeps out every other large sender: `leave` is called for one that is large for `LIMITS.requestLargeWaitMs` and not complete.
 *
 * @param tick Called each second besides, with the milliseconds so far.
 * @returns What ends the watch.
 */
export function watchLarge(
  held: Reservation,
  leave: () => void,
  tick: (elapsedMs: number) => void = () => undefined,
): () => void {
  let [elapsedMs, largeMs] = [0, 0];
  const watch = setInterval(() => {
    elapsedMs += TICK_MS;
    if (held.isLarge) largeMs += TICK_MS;
    if (largeMs >= LIMITS.requestLargeWaitMs) leave();
    else tick(elapsedMs);
  }, TICK_MS);
  return () => clearInterval(watch);
}
