import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { World } from "../../kernel/world.ts";
import { openLog } from "./write-log.ts";

/**
 * Starts this program again as a process in a session of its own, which goes on when the terminal closes. Its messages go
 * to the receiver's log.
 */
export function spawnDetached(world: Pick<World, "env" | "paths" | "program">, args: readonly string[]): ChildProcess {
  const [command = "", ...first] = world.program;
  const log = openLog(world.paths);
  try {
    const child = spawn(command, [...first, ...args], {
      detached: true,
      stdio: ["ignore", "ignore", log],
      // Absolute, because the process runs in another folder, so that this one can be removed.
      env: { ...world.env, MASQUE_DATA_DIR: world.paths.data },
      cwd: world.paths.audience,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
