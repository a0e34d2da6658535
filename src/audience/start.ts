import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, openSync, renameSync } from "node:fs";
import { MasqueError } from "../kernel/errors.ts";
import { makePrivateFolder, statOrUndefined } from "../kernel/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { World } from "../kernel/world.ts";
import type { Address } from "./address.ts";
import { askHealth } from "./ask-health.ts";
import { isLocked } from "./audience-lock.ts";
import type { Health } from "./health.ts";
import { lastLogLines, logPath } from "./logs.ts";
import { isPortTaken, portTaken } from "./port-owner.ts";

/**
 * Starting the receiver in the background: a process of its own session that outlives the terminal, its output in the
 * receiver's log. It is started when it answers, not when it was spawned.
 */

const FILE_MODE = 0o600;
const POLL_MS = 20;
const LOG_LINES_SHOWN = 5;

/** The receiver runs; by this command or since earlier. */
export type StartOutcome = { readonly kind: "started" | "already-running"; readonly health: Health };

/**
 * Starts the receiver unless this user's already runs.
 *
 * @throws {MasqueError} `audience.port-taken`, `audience.start-failed`, `audience.unresponsive`
 */
export async function startAudience(
  world: Pick<World, "env" | "paths" | "program">,
  address: Address,
): Promise<StartOutcome> {
  const running = await askHealth(world.paths);
  if (running) return { kind: "already-running", health: running };
  if (!isLocked(world.paths)) await refuseTakenPorts(address);
  const child = spawnReceiver(world, address);
  const exited = exitOf(child);
  const health = await untilAnswering(world, exited);
  if (!health) throw startFailed(world);
  if (health.pid === child.pid) return { kind: "started", health };
  // Ours came second. Left alone it would leave by itself, unless the first is stopped before it has looked.
  child.kill("SIGTERM");
  await exited.promise;
  return { kind: "already-running", health };
}

/** Asked before anything is spawned, for then the answer can name who has the port. */
async function refuseTakenPorts({ host, httpPort, healthPort }: Address): Promise<void> {
  if (await isPortTaken(host, httpPort)) throw portTaken(httpPort, "--http-port");
  if (await isPortTaken(host, healthPort)) throw portTaken(healthPort, "--health-port");
}

function spawnReceiver(world: Pick<World, "env" | "paths" | "program">, address: Address): ChildProcess {
  const [command = "", ...first] = world.program;
  const flags = [
    "--host",
    address.host,
    "--http-port",
    `${address.httpPort}`,
    "--health-port",
    `${address.healthPort}`,
  ];
  const log = openLog(world.paths.audience, logPath(world.paths));
  try {
    const child = spawn(command, [...first, "audience", "run", ...flags], {
      detached: true,
      stdio: ["ignore", log, log],
      // Absolute, for it runs in a folder of its own, so as not to hold this one.
      env: { ...world.env, MASQUE_DATA_DIR: world.paths.data },
      cwd: world.paths.audience,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function openLog(folder: string, path: string): number {
  makePrivateFolder(folder);
  if ((statOrUndefined(path)?.size ?? 0) > LIMITS.audienceLogBytesMax) renameSync(path, `${path}.old`);
  return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, FILE_MODE);
}

/** A child's end, to be asked about and to be waited for. */
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

/** Until it answers, or has ended while nobody holds the lock: a start that lost a race has a winner to wait for. */
async function untilAnswering(world: Pick<World, "paths">, child: Exit): Promise<Health | undefined> {
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
    { hint: "masque audience logs", detail: tailOf(world) },
  );
}

function startFailed(world: Pick<World, "paths">): MasqueError {
  return new MasqueError("audience.start-failed", "Cannot start the audience: it ended at once", {
    hint: "run it in the foreground to see why: masque audience run",
    detail: tailOf(world),
  });
}

function tailOf(world: Pick<World, "paths">): string | undefined {
  const lines = lastLogLines(world.paths, LOG_LINES_SHOWN) ?? [];
  return lines.length === 0 ? undefined : lines.map((line) => `  ${line}`).join("\n");
}
