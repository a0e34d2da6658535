import type { Paths } from "../../kernel/paths.ts";
import type { RunProgram } from "../../kernel/process/run-program.ts";
import { type StopOutcome, stopAudience } from "../process/stop.ts";
import { followSteps } from "./follow-steps.ts";
import { readLoginFile, removeLoginFile } from "./login-file.ts";
import type { LoginPlace } from "./login-job.ts";
import { loginManager } from "./login-manager.ts";

/** What was taken out, and what became of the receiver that ran. */
export type LoginStopOutcome = StopOutcome & {
  readonly file: string;
  /** Whether there was anything to take out. */
  readonly isRemoved: boolean;
};

/**
 * Stops the receiver, now and at later logins: takes out what starting at login has put there, and nothing else.
 *
 * @throws {MasqueError} `audience.login-unsupported`, `audience.login-foreign`, and what `stopAudience` throws.
 */
export async function stopAtLogin(
  world: { readonly paths: Paths; readonly run: RunProgram },
  place: LoginPlace,
): Promise<LoginStopOutcome> {
  const manager = loginManager(place);
  const found = readLoginFile(manager.file);
  // Asked by us first, so that it can be told what was stopped; the manager starts none anew that has ended by itself.
  const stopped = await stopAudience(world);
  if (found) {
    await followSteps(manager.disabling(), world.run);
    removeLoginFile(manager.file, manager.link, found);
    await followSteps(manager.forgetting(), world.run);
  }
  return { ...stopped, file: manager.file, isRemoved: found !== undefined };
}
