import { dirname } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { makePrivateFolder } from "../../kernel/files/files.ts";
import type { ProgramOutcome, RunProgram } from "../../kernel/process/run-program.ts";
import { stableProgram } from "../../kernel/process/stable-program.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";
import type { Address } from "../address.ts";
import { logPath } from "../process/read-log.ts";
import {
  refuseTakenPortsUnlessRunning,
  type StartOutcome,
  startAudience,
  untilServiceAnswers,
} from "../process/start.ts";
import { type StopOutcome, stopAudience } from "../process/stop.ts";
import {
  foldersMissing,
  markerFor,
  readLoginFile,
  removeLoginFile,
  type WrittenLoginFile,
  writeLoginFile,
} from "./login-file.ts";
import { type LoginJob, type LoginPlace, loginManager, type Step } from "./login-manager.ts";

/**
 * Starts and stops the receiver now and at each login. The service runs `audience run` with the flags that were typed.
 * Everything else is read from the settings at each start, so a changed setting needs no new installation.
 */

/** Not written into the service's file, which `start` prints. Left out, the service would accept every sender. */
const TOKEN_VARIABLE = "MASQUE_AUDIENCE_TOKEN";

/** What starting at login needs of the world. */
export type LoginWorld = Pick<World, "env" | "paths" | "program"> & { readonly run: RunProgram };

/** What is asked of {@link startAtLogin}. */
export type LoginRequest = {
  readonly address: Address;
  /** The flags that were typed; the service starts with the same ones. */
  readonly flags: readonly string[];
};

/** A command that failed, and why. A person can run it once the reason is gone. */
export type UndoneStep = { readonly command: readonly string[]; readonly because: string };

/** What was written to which file, what is left to do by hand, and the receiver that runs now. */
export type LoginOutcome = StartOutcome & {
  readonly manager: "systemd" | "launchd";
  readonly file: string;
  readonly text: string;
  readonly written: WrittenLoginFile;
  readonly undone: readonly UndoneStep[];
};

/**
 * Installs the service and starts the receiver: through the service if its manager answers, else directly.
 *
 * @throws {MasqueError} `audience.login-unsupported`, `audience.login-foreign`, and what `startAudience` throws.
 */
export async function startAtLogin(
  world: LoginWorld,
  place: LoginPlace,
  { address, flags }: LoginRequest,
): Promise<LoginOutcome> {
  const manager = loginManager(place);
  const former = readLoginFile(manager.file);
  const text = manager.text(jobFor(world, flags), markerFor(former?.foldersMade ?? foldersMissing(manager.file)));
  const running = await refuseTakenPortsUnlessRunning(world, address);
  // The manager opens the log before it starts the receiver, so the log's folder must exist.
  makePrivateFolder(dirname(logPath(world.paths)));
  const written = writeLoginFile(manager.file, text, former);
  const undone = await followSteps(manager.enabling(written !== "unchanged"), world.run);
  const isStartedByManager = undone.length === 0;
  const health = isStartedByManager ? await untilServiceAnswers(world) : undefined;
  const start: StartOutcome = health
    ? { kind: running?.instance === health.instance ? "already-running" : "started", health }
    : await startAudience(world, address);
  return { ...start, manager: manager.name, file: manager.file, text, written, undone };
}

/** What was removed, and what became of the receiver that ran. */
export type LoginStopOutcome = StopOutcome & {
  readonly file: string;
  /** Whether there was a file to remove. */
  readonly isRemoved: boolean;
};

/**
 * Stops the receiver now and at later logins. Removes what {@link startAtLogin} wrote, and nothing else.
 *
 * @throws {MasqueError} `audience.login-unsupported`, `audience.login-foreign`, and what `stopAudience` throws.
 */
export async function stopAtLogin(
  world: Pick<LoginWorld, "paths" | "run">,
  place: LoginPlace,
): Promise<LoginStopOutcome> {
  const manager = loginManager(place);
  const found = readLoginFile(manager.file);
  // Before the manager stops it, so that the outcome can say what was stopped. The manager does not restart a receiver that ended with 0.
  const stopped = await stopAudience(world);
  if (found) {
    await followSteps(manager.disabling(), world.run);
    removeLoginFile(manager.file, manager.link, found);
    await followSteps(manager.forgetting(), world.run);
  }
  return { ...stopped, file: manager.file, isRemoved: found !== undefined };
}

function jobFor(world: LoginWorld, flags: readonly string[]): LoginJob {
  const program = stableProgram(world);
  if (program.length === 0) throw new TypeError("This program does not know how it was started");
  return {
    program,
    args: ["audience", "run", "--log", ...flags],
    env: serviceEnv(world),
    log: logPath(world.paths),
  };
}

/** The variables that a service at login would lack: where masque's data and settings are, and the audience's own. */
function serviceEnv({ env, paths }: Pick<World, "env" | "paths">): Readonly<Record<string, string>> {
  if (env[TOKEN_VARIABLE]) throw tokenInEnvironment();
  const carried = Object.entries(env).flatMap(([name, value]) =>
    value && (name === "XDG_CONFIG_HOME" || name.startsWith("MASQUE_AUDIENCE_")) ? [[name, value] as const] : [],
  );
  return { MASQUE_DATA_DIR: paths.data, ...Object.fromEntries(carried.sort()) };
}

function tokenInEnvironment(): MasqueError {
  return new MasqueError(
    "cli.usage",
    `Cannot start the audience at login with the token in ${TOKEN_VARIABLE}: a login does not bring it`,
    { hint: "put it into your own config.yaml as audience.token, and unset the variable" },
  );
}

/** Runs every step in order, also after one that failed. Returns the failed ones. */
async function followSteps(steps: readonly Step[], run: RunProgram): Promise<readonly UndoneStep[]> {
  const undone: UndoneStep[] = [];
  for (const { command, unless, isBestEffort } of steps) {
    if (unless && isFine(await run(unless))) continue;
    const outcome = await run(command);
    if (!isFine(outcome) && isBestEffort !== true) undone.push({ command, because: reasonOf(command, outcome) });
  }
  return undone;
}

function isFine(outcome: ProgramOutcome): boolean {
  return outcome.kind === "ended" && outcome.exit === 0;
}

function reasonOf([program = ""]: readonly string[], outcome: ProgramOutcome): string {
  switch (outcome.kind) {
    case "missing":
      return `there is no ${program} here`;
    case "overdue":
      return `${program} did not end`;
    case "ended": {
      const said = outcome.stderr.trim().split("\n")[0] ?? "";
      return said === "" ? `${program} ended with ${outcome.exit}` : printableLine(said);
    }
    default:
      return outcome satisfies never;
  }
}
