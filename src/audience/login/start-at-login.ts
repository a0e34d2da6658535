import { dirname } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { makePrivateFolder } from "../../kernel/files/files.ts";
import type { RunProgram } from "../../kernel/process/run-program.ts";
import { stableProgram } from "../../kernel/process/stable-program.ts";
import type { World } from "../../kernel/world.ts";
import type { Address } from "../address.ts";
import { logPath } from "../process/read-log.ts";
import {
  refuseTakenPortsUnlessRunning,
  type StartOutcome,
  startAudience,
  untilServiceAnswers,
} from "../process/start.ts";
import { followSteps, type UndoneStep } from "./follow-steps.ts";
import { foldersMissing, markerFor, readLoginFile, type WrittenLoginFile, writeLoginFile } from "./login-file.ts";
import type { LoginJob, LoginPlace } from "./login-job.ts";
import { loginManager } from "./login-manager.ts";

/**
 * Starting the receiver at each login, and now. The service runs `audience run` with what was typed; whatever was not
 * typed is read from the settings at each start, so changing a setting needs no new installation.
 */

/** Never written into a unit, which is shown and kept elsewhere; left out, the service would ask nobody for it. */
const TOKEN_VARIABLE = "MASQUE_AUDIENCE_TOKEN";

/** What this needs of the world. */
export type LoginWorld = Pick<World, "env" | "paths" | "program"> & { readonly run: RunProgram };

/** What is asked of {@link startAtLogin}. */
export type LoginRequest = {
  readonly address: Address;
  /** The flags that were typed, for the service to be started with. */
  readonly flags: readonly string[];
};

/** What was written where, what is left to do by hand, and the receiver that runs now. */
export type LoginOutcome = StartOutcome & {
  readonly manager: "systemd" | "launchd";
  readonly file: string;
  readonly text: string;
  readonly written: WrittenLoginFile;
  readonly undone: readonly UndoneStep[];
};

/**
 * Installs the service and starts the receiver, through it where a manager answers.
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
  // A manager opens the log before it starts anything, and so needs its folder.
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

/** What a login does not bring: where this user keeps masque's data and settings, and what the environment sets. */
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
