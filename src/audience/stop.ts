import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { World } from "../kernel/world.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import type { Health } from "./health.ts";

const POLL_MS = 20;

/** How a stop ended. */
export type StopOutcome = { readonly kind: "stopped"; readonly pid: number } | { readonly kind: "not-running" };

/**
 * Asks the running receiver to drain and end, and waits until its lock is free. The process is signalled only when it
 * has just answered with its own id: a pid in a file may by now be somebody else's.
 *
 * @throws {MasqueError} `audience.unresponsive` when it holds the lock and does not answer, or does not end.
 */
export async function stopAudience(world: Pick<World, "paths">): Promise<StopOutcome> {
  const health = await untilKnown(world);
  if (!health) return { kind: "not-running" };
  askToEnd(health.pid);
  const deadline = performance.now() + LIMITS.audienceStopWaitMs;
  while (await isStillRunning(world, health)) {
    if (performance.now() >= deadline) {
      throw unresponsive(`it has not ended ${LIMITS.audienceStopWaitMs} ms after it was asked to`, health.pid);
    }
    await Bun.sleep(POLL_MS);
  }
  return { kind: "stopped", pid: health.pid };
}

function askToEnd(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    // It ended by itself since it answered.
    if (errnoOf(error) !== "ESRCH") throw error;
  }
}

/** It holds the lock to its end; another that has it by then was started meanwhile. */
async function isStillRunning(world: Pick<World, "paths">, health: Health): Promise<boolean> {
  if (!isLocked(world.paths)) return false;
  const running = await askHealth(world.paths);
  return running === undefined || running.instance === health.instance;
}

/** A receiver that is just starting or ending holds the lock and does not answer: it soon does one or the other. */
async function untilKnown(world: Pick<World, "paths">) {
  const deadline = performance.now() + LIMITS.audienceStopWaitMs;
  for (;;) {
    const health = await askHealth(world.paths);
    if (health || !isLocked(world.paths)) return health;
    if (performance.now() >= deadline) throw unresponsive("it is running and does not answer", undefined);
    await Bun.sleep(POLL_MS);
  }
}

function unresponsive(found: string, pid: number | undefined): MasqueError {
  return new MasqueError("audience.unresponsive", `Cannot stop the audience: ${found}`, {
    hint: pid === undefined ? "masque audience logs" : `kill -9 ${pid}`,
  });
}
