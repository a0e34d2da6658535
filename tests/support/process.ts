import type { Env } from "../../src/kernel/paths.ts";

/** Programs run to their end, with a complete environment of their own: they inherit nothing of the tests'. */

/** A call takes about a second; this is only ever met by a program that hangs. */
const RUN_MS_MAX = 60_000;

/** What a finished process said. */
export type Finished = { readonly exit: number; readonly stdout: string; readonly stderr: string };

/** Where and with what a program runs. */
export type RunAt = {
  readonly cwd: string;
  readonly env: Env;
  readonly stdin?: string | undefined;
  /** Milliseconds after which it is killed and the test fails. */
  readonly msMax?: number;
};

/** Answers a run that exited 0; fails with everything it said otherwise. */
export function succeeded(finished: Finished): Finished {
  if (finished.exit !== 0) throw new Error(`A run that should have succeeded did not\n${told(finished)}`);
  return finished;
}

/** Everything a process said, for a failure's message. */
export function told(finished: Finished): string {
  return `exit ${finished.exit}\n--- stdout\n${finished.stdout}\n--- stderr\n${finished.stderr}`;
}

/** Runs a program to its end with standard input closed, killed when it outlives its bound. */
export async function finish(command: readonly string[], at: RunAt): Promise<Finished> {
  const msMax = at.msMax ?? RUN_MS_MAX;
  const child = Bun.spawn([...command], {
    cwd: at.cwd,
    env: defined(at.env),
    stdin: at.stdin === undefined ? "ignore" : Buffer.from(at.stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  let isOverdue = false;
  const overdue = setTimeout(() => {
    isOverdue = true;
    child.kill("SIGKILL");
  }, msMax);
  const [stdout, stderr, exit] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  clearTimeout(overdue);
  const finished = { exit, stdout, stderr };
  if (isOverdue) throw new Error(`${command.slice(0, 3).join(" ")} … still ran after ${msMax} ms\n${told(finished)}`);
  return finished;
}

/** An environment without the names that have no value. */
export function defined(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
