import { isoTime, unixMs } from "../../kernel/clock.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { BUILD } from "../../kernel/process/build.ts";
import type { World } from "../../kernel/world.ts";
import { RequestReader } from "../../telemetry/request-reader.ts";
import { type Address, endpointOf } from "../address.ts";
import { authoriseBy } from "../bearer.ts";
import type { StorageSettings } from "../files/storage-settings.ts";
import { TelemetryFiles } from "../files/telemetry-files.ts";
import type { AudienceEdge, Listening } from "../listening.ts";
import { budgetForBodies, budgetForLines } from "../memory-budget.ts";
import type { Refusal } from "../outcome.ts";
import { receive } from "../receive.ts";
import { Tally } from "../tally.ts";
import { askHealth } from "./ask-health.ts";
import { takeLocks } from "./audience-lock.ts";
import { folderHolder } from "./folder-holder.ts";
import { FolderLock } from "./folder-lock.ts";
import type { Health } from "./health.ts";
import { listenAll } from "./listen-all.ts";
import { ReceiverLog } from "./receiver-log.ts";
import { stayFindable } from "./stay-findable.ts";

/** The receiver itself, in the foreground, from taking its locks to closing its files. */

const POLL_MS = 20;

/** What a run needs of the world. */
export type RunWorld = Pick<World, "paths" | "clock" | "newId" | "stopSignal">;

/** What it says while it runs. */
export type Announce = {
  /** Once, when all ports are open and `run.json` says so. */
  listening(health: Health): void;
  /** A line for the receiver's own log. */
  log(line: string): void;
};

/** What is asked of {@link runAudience}. */
export type RunInput = {
  readonly address: Address;
  /** The token that senders must present; empty where every program on this machine may send. */
  readonly token: string;
  readonly keeping: StorageSettings;
  readonly announce: Announce;
};

/** How a run ended. */
export type RunOutcome =
  | { readonly kind: "stopped" }
  /** Another receiver of this user has the lock. */
  | { readonly kind: "already-running"; readonly health: Health };

/**
 * Receives until the world's stop signal, then drains: requests in flight are answered, new ones refused, files closed.
 *
 * @throws {MasqueError} `audience.port-taken`, `audience.start-failed`, `audience.unresponsive`
 */
export async function runAudience(world: RunWorld, edge: AudienceEdge, input: RunInput): Promise<RunOutcome> {
  const folder = new FolderLock(world.paths.otel, edge.tryFlock);
  const held = await locksOrRunning(world.paths, folder);
  if ("instance" in held) return { kind: "already-running", health: held };
  try {
    await receiveUntilStopped({ ...world, folder }, edge, input);
  } finally {
    held.release();
  }
  return { kind: "stopped" };
}

/**
 * The locks, or the receiver that has them. A start that lost a race ends as soon as the winner answers. If it waited for the locks,
 * it would become the receiver when the winner is stopped.
 */
async function locksOrRunning(paths: Paths, folder: FolderLock): Promise<{ release(): void } | Health> {
  const deadline = performance.now() + LIMITS.audienceStartWaitMs;
  for (;;) {
    const found = takeLocks(paths, folder) ?? (await askHealth(paths));
    if (found) return found;
    if (performance.now() >= deadline) {
      const pid = folderHolder(paths.otel);
      const which = pid === undefined ? "one runs already" : `one runs already (process ${pid})`;
      throw new MasqueError("audience.unresponsive", `Cannot run the audience: ${which} and does not answer`, {
        try: "masque audience stop",
      });
    }
    await Bun.sleep(POLL_MS);
  }
}

async function receiveUntilStopped(
  world: RunWorld & { readonly folder: FolderLock },
  edge: AudienceEdge,
  { address, token, keeping, announce }: RunInput,
): Promise<void> {
  const lost = new AbortController();
  const stop = AbortSignal.any([world.stopSignal(), lost.signal]);
  const log = new ReceiverLog(world.clock, announce.log);
  const startedUnixNano = world.clock.nowUnixNano();
  const tally = new Tally(unixMs(startedUnixNano));
  const { paths, clock, folder } = world;
  const files = new TelemetryFiles({ paths, clock, keeping, bringIn: edge.bringIn, folder }, log);
  const instance = world.newId();
  const since = isoTime(startedUnixNano);
  const onRefused = ({ cause, reason }: Refusal, request: string) => {
    tally.refused(cause);
    // The files report a disk that fails once, not once for each request.
    if (cause !== "unavailable") log.refused(`${request}, ${reason}`);
  };
  const receiving = {
    append: files.append,
    reader: new RequestReader(edge.protobuf),
    tally,
    clock: world.clock,
    queue: budgetForLines(),
  };
  let listening: Listening | undefined;
  const health = (): Health => ({
    status: listening ? (log.failing.length > 0 ? "failing" : "ok") : "starting",
    instance,
    pid: process.pid,
    version: BUILD.version,
    since,
    host: address.host,
    ports: portsOf(listening ?? address),
    otel: world.paths.otel,
    storage: files.health(),
    ...tally.counts(unixMs(world.clock.nowUnixNano())),
  });
  // The first port answers while the others are being opened.
  listening = await listenAll(edge, {
    ...address,
    protobuf: edge.protobuf,
    receive: (body) => receive(receiving, body),
    health,
    authorise: authoriseBy(token),
    budget: budgetForBodies(),
    onRefused,
    onBug: (error) => log.say(`bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  try {
    await files.mend();
    const run = { instance, pid: process.pid, host: address.host, healthPort: listening.healthPort };
    using _findable = stayFindable({ paths, run, folder, log, onLost: () => lost.abort() });
    const { httpPort, grpcPort } = listening;
    log.say(`listening on ${endpointOf(address.host, httpPort)}, gRPC on port ${grpcPort} (process ${process.pid})`);
    announce.listening(health());
    files.keepTended();
    await aborted(stop);
  } finally {
    log.say("stopping: answering what was asked");
    await listening.drain();
    await files.close();
    log.say("stopped");
  }
}

function portsOf({ httpPort, grpcPort, healthPort }: Omit<Address, "host">): Health["ports"] {
  return { http: httpPort, grpc: grpcPort, health: healthPort };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
