import { errnoOf } from "./errors.ts";
import type { Env } from "./paths.ts";

/** What another program did. A program that is not there is an outcome, not a failure: not every machine has it. */
export type ProgramOutcome =
  | { readonly kind: "ended"; readonly exit: number; readonly stderr: string }
  | { readonly kind: "missing" }
  | { readonly kind: "overdue" };

/** Runs a program of the machine's to its end, given as a command line; nothing of it passes a shell. */
export type RunProgram = (command: readonly string[]) => Promise<ProgramOutcome>;

/**
 * The real one, in this environment.
 *
 * @param waitMs After so long the program is ended, and `overdue` is what became of it.
 */
export function programRunner({ env, waitMs }: { env: Env; waitMs: number }): RunProgram {
  return async (command) => {
    let child: Bun.Subprocess<"ignore", "ignore", "pipe">;
    try {
      child = Bun.spawn([...command], { env: { ...env }, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
    } catch (error) {
      if (errnoOf(error) === "ENOENT" || errnoOf(error) === "EACCES") return { kind: "missing" };
      throw error;
    }
    let isOverdue = false;
    const overdue = setTimeout(() => {
      isOverdue = true;
      child.kill("SIGKILL");
    }, waitMs);
    const [stderr, exit] = await Promise.all([child.stderr.text(), child.exited]);
    clearTimeout(overdue);
    return isOverdue ? { kind: "overdue" } : { kind: "ended", exit, stderr };
  };
}
