import { errnoOf } from "../errors.ts";
import type { Env } from "../paths.ts";

/** The outcome of another program. A missing program is an outcome and not a failure: not every machine has it. */
export type ProgramOutcome =
  | { readonly kind: "ended"; readonly exit: number; readonly stderr: string }
  | { readonly kind: "missing" }
  | { readonly kind: "overdue" };

/** Runs a program until it ends. The command line is a list of words and never goes through a shell. */
export type RunProgram = (command: readonly string[]) => Promise<ProgramOutcome>;

/** The input of a program, and how long it may take. */
export type ProgramBounds = { readonly env: Env; readonly waitMs: number; readonly stopping?: AbortSignal };

/**
 * Runs real programs, in this environment.
 *
 * @param waitMs After this time the program is ended, and the outcome is `overdue`.
 * @param stopping Ends the program at once when aborted; the outcome is then an exit status other than 0.
 */
export function programRunner({ env, waitMs, stopping }: ProgramBounds): RunProgram {
  return async (command) => {
    let child: Bun.Subprocess<"ignore", "ignore", "pipe">;
    const ending = stopping ? { signal: stopping, killSignal: "SIGKILL" as const } : {};
    const streams = { stdin: "ignore", stdout: "ignore", stderr: "pipe" } as const;
    try {
      child = Bun.spawn([...command], { env: { ...env }, ...streams, ...ending });
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
