import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import { folderHolder } from "./folder-holder.ts";

const POLL_MS = 20;

/** How a stop ended. */
export type StopOutcome = { readonly kind: "stopped"; readonly pid: number } | { readonly kind: "not-running" };

/** The receiver to stop: from its own answer, or else from the system, which says which process has the lock. */
type Running = { readonly pid: number; readonly instance: string | undefined };

/**
 * Asks the running receiver to drain and end, and waits until its locks are free. The process is signalled only when it
 * has just answered with its own id, or when the system says that it holds the lock on the folder of telemetry: a pid in
 * a file may belong to another process by now.
 *
 * @throws {MasqueError} `audience.unresponsive` when it holds the lock and cannot be found, or does not end.
 */
export async function stopAudience(world: Pick<World, "paths">): Promise<StopOutcome> {
  const running = await untilKnown(world);
  if (!running) return { kind: "not-running" };
  askToEnd(running.pid);
  const deadline = performance.now() + LIMITS.audienceStopWaitMs;
  while (await isStillRunning(world, running)) {
    if (performance.now() >= deadline) {
      throw unresponsive(`it has not ended ${LIMITS.audienceStopWaitMs} ms after it was asked to`, running.pid);
    }
    await Bun.sleep(POLL_MS);
  }
  return { kind: "stopped", pid: running.pid };
}

function askToEnd(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    // It ended by itself since it answered.
    if (errnoOf(error) !== "ESRCH") throw error;
  }
}

/** A receiver holds its locks until it ends. If another process has them, that one was started meanwhile. */
async function isStillRunning({ paths }: Pick<World, "paths">, { pid, instance }: Running): Promise<boolean> {
  const holder = folderHolder(paths.otel);
  if (holder !== undefined) return holder === pid;
  if (!isLocked(paths)) return false;
  const health = await askHealth(paths);
  return health === undefined || instance === undefined || health.instance === instance;
}

/** A receiver that is just starting or ending holds the lock and does not answer: it soon answers or is gone. */
async function untilKnown({ paths }: Pick<World, "paths">): Promise<Running | undefined> {
  const began = performance.now();
  for (;;) {
    const health = await askHealth(paths);
    if (health || !isLocked(paths)) return health;
    const waitedMs = performance.now() - began;
    const holder = waitedMs < LIMITS.healthWaitMs ? undefined : folderHolder(paths.otel);
    if (holder !== undefined) return { pid: holder, instance: undefined };
    if (waitedMs >= LIMITS.audienceStopWaitMs) throw unresponsive("it is running and does not answer", undefined);
    await Bun.sleep(POLL_MS);
  }
}

function unresponsive(found: string, pid: number | undefined): MasqueError {
  return new MasqueError("audience.unresponsive", `Cannot stop the audience: ${found}`, {
    try: pid === undefined ? "masque audience logs" : `kill -9 ${pid}`,
  });
}
