import type { ChildProcess } from "node:child_process";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";
import type { Address } from "../address.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import type { Health } from "./health.ts";
import { isPortTaken, portTaken } from "./port-owner.ts";
import { lastLogLines } from "./read-log.ts";
import { spawnDetached } from "./spawn-detached.ts";

/**
 * Starts the receiver in the background. Its messages go to its log. It counts as started when it answers, not when its
 * process was spawned.
 */

const POLL_MS = 20;
const LOG_LINES_SHOWN = 5;

/** The receiver runs, started by this command or before. */
export type StartOutcome = { readonly kind: "started" | "already-running"; readonly health: Health };

/**
 * Starts the receiver unless this user's already runs.
 *
 * @param more Further flags for `masque audience run`.
 * @throws {MasqueError} `audience.port-taken`, `audience.start-failed`, `audience.unresponsive`
 */
export async function startAudience(
  world: Pick<World, "env" | "paths" | "program">,
  address: Address,
  more: readonly string[] = [],
): Promise<StartOutcome> {
  const running = await refuseTakenPortsUnlessRunning(world, address);
  if (running) return { kind: "already-running", health: running };
  const child = spawnReceiver(world, address, more);
  const exited = exitOf(child);
  const health = await untilAnswering(world, exited);
  if (!health) throw startFailed(world);
  if (health.pid === child.pid) return { kind: "started", health };
  // The child came second. It would end by itself, unless the first receiver is stopped before the child has looked.
  child.kill("SIGTERM");
  await exited.promise;
  return { kind: "already-running", health };
}

/**
 * The receiver that runs; where none does, its ports are free. Checked before anything is spawned, so that the error can
 * name the program that has a port.
 *
 * @throws {MasqueError} `audience.port-taken`
 */
export async function refuseTakenPortsUnlessRunning(
  world: Pick<World, "paths">,
  address: Address,
): Promise<Health | undefined> {
  const running = await askHealth(world.paths);
  if (!running && !isLocked(world.paths)) await refuseTakenPorts(address);
  return running;
}

/**
 * The receiver that systemd or launchd was told to start, once it answers.
 *
 * @throws {MasqueError} `audience.unresponsive` when it does not.
 */
export function untilServiceAnswers(world: Pick<World, "paths">): Promise<Health | undefined> {
  return untilAnswering(world, { hasExited: false });
}

async function refuseTakenPorts({ host, httpPort, grpcPort, healthPort }: Address): Promise<void> {
  if (await isPortTaken(host, httpPort)) throw portTaken(httpPort, "--http-port");
  if (await isPortTaken(host, grpcPort)) throw portTaken(grpcPort, "--grpc-port");
  if (await isPortTaken(host, healthPort)) throw portTaken(healthPort, "--health-port");
}

function spawnReceiver(
  world: Pick<World, "env" | "paths" | "program">,
  address: Address,
  more: readonly string[],
): ChildProcess {
  const flags = [
    "--host",
    address.host,
    "--http-port",
    `${address.httpPort}`,
    "--grpc-port",
    `${address.grpcPort}`,
    "--health-port",
    `${address.healthPort}`,
  ];
  return spawnDetached(world, ["audience", "run", "--log", ...flags, ...more]);
}

/** Whether a child has ended, and a promise of its end. */
type Exit = { hasExited: boolean; readonly promise: Promise<void> };

function exitOf(child: ChildProcess): Exit {
  const { promise, resolve } = Promise.withResolvers<void>();
  const exit = { hasExited: false, promise };
  const end = () => {
    exit.hasExited = true;
    resolve();
  };
  child.once("exit", end);
  child.once("error", end);
  return exit;
}

/** Waits until a receiver answers, or the child has ended and no process holds the lock. After a lost race, the winner answers. */
async function untilAnswering(
  world: Pick<World, "paths">,
  child: Pick<Exit, "hasExited">,
): Promise<Health | undefined> {
  const deadline = performance.now() + LIMITS.audienceStartWaitMs;
  while (performance.now() < deadline) {
    const health = await askHealth(world.paths);
    if (health) return health;
    if (child.hasExited && !isLocked(world.paths)) return undefined;
    await Bun.sleep(POLL_MS);
  }
  throw new MasqueError(
    "audience.unresponsive",
    `Cannot start the audience: it did not answer within ${LIMITS.audienceStartWaitMs} ms`,
    { try: "masque audience logs", detail: tailOf(world) },
  );
}

function startFailed(world: Pick<World, "paths">): MasqueError {
  return new MasqueError("audience.start-failed", "Cannot start the audience: it ended at once", {
    try: "masque audience run",
    hint: "this runs the receiver in the foreground, and shows why it does not start",
    detail: tailOf(world),
  });
}

function tailOf(world: Pick<World, "paths">): string | undefined {
  const lines = lastLogLines(world.paths, LOG_LINES_SHOWN) ?? [];
  return lines.length === 0 ? undefined : lines.map((line) => `  ${line}`).join("\n");
}
