import { realpathSync } from "node:fs";
import type { World } from "../world.ts";

/**
 * The command line that starts this program again, by the name that outlives an upgrade: the one on the PATH, where
 * that is this very program. What is written into another program's files should name it so.
 */
export function stableProgram({ env, program }: Pick<World, "env" | "program">): readonly string[] {
  const [binary, ...more] = program;
  if (binary === undefined || more.length > 0) return program;
  const onPath = Bun.which("masque", { PATH: env["PATH"] ?? "" });
  return onPath && realpathSync(onPath) === realpathSync(binary) ? [onPath] : [binary];
}
