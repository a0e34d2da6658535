import { join } from "node:path";

/** What Bun said and how it ended; `exit` is `null` where it was ended for taking too long. */
export type Ended = { readonly exit: number | null; readonly output: string };

/** Runs Bun in a copy of the checkout, with nothing on standard input. */
export async function runToEnd(args: readonly string[], tree: string, msMax: number): Promise<Ended> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: tree,
    env: { ...process.env, NO_COLOR: "1", BUN_RUNTIME_TRANSPILER_CACHE_PATH: join(tree, ".cache/bun") },
    stdin: "ignore",
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
  return { exit: isOverdue ? null : exit, output: `${stdout}${stderr}` };
}
