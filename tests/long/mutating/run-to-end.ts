import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../../../src/kernel/errors.ts";

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
  endLeftOver(tree);
  return { exit: isOverdue ? null : exit, output: `${stdout}${stderr}` };
}

/** A run that ends at its first failure leaves what its tests had started: every process whose command lies in the copy. */
function endLeftOver(tree: string): void {
  if (!existsSync("/proc/self/cmdline")) return;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || !commandOf(pid).includes(`${tree}/`)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It ended by itself meanwhile.
      if (errnoOf(error) !== "ESRCH") throw error;
    }
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch (error) {
    // It ended, or belongs to somebody else.
    if (errnoOf(error) === undefined) throw error;
    return "";
  }
}
