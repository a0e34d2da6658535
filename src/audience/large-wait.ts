import { LIMITS } from "../kernel/limits.ts";
import type { Reservation } from "./memory-budget.ts";

const TICK_MS = 1_000;

/**
 * Watches a body while it comes. There is memory for one of the longest bodies, so a large body that does not go on keeps
 * out other large ones: `leave` is called when a body was large for `LIMITS.requestLargeWaitMs` and is not complete.
 *
 * @param tick Called each second otherwise, with the milliseconds so far.
 * @returns A function that ends the watch.
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
