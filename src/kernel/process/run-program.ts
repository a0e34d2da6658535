import { errnoOf } from "../errors.ts";
import type { Env } from "../paths.ts";

/** What another program did. A program that is not there is an outcome, not a failure: not every machine has it. */
export type ProgramOutcome =
  | { readonly kind: "ended"; readonly exit: number; readonly stderr: string }
  | { readonly kind: "missing" }
  | { readonly kind: "overdue" };

/** Runs a program of the machine's to its end, given as a command line; nothing of it passes a shell. */
export type RunProgram = (command: readonly string[]) => Promise<ProgramOutcome>;

/** What a program runs with, and for how long. */
export type ProgramBounds = { readonly env: Env; readonly waitMs: number; readonly stopping?: AbortSignal };

/**
 * The real one, in this environment.
 *
 * @param waitMs After so long the program is ended, and `overdue` is what became of it.
 * @param stopping Ends it at once when aborted; it then ended with an exit status that is not 0.
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
