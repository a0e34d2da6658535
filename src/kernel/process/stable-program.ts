import { realpathSync } from "node:fs";
import type { World } from "../world.ts";

/**
 * The command line that starts this program again, by a path that stays right after an upgrade: the path found on PATH, where
 * that is this same program. Use it for what is written into the files of other programs.
 */
export function stableProgram({ env, program }: Pick<World, "env" | "program">): readonly string[] {
  const [binary, ...more] = program;
  if (binary === undefined || more.length > 0) return program;
  const onPath = Bun.which("masque", { PATH: env["PATH"] ?? "" });
  return onPath && realpathSync(onPath) === realpathSync(binary) ? [onPath] : [binary];
}
