import { realpathSync } from "node:fs";
import { BUILD } from "../../../kernel/process/build.ts";
import { shellQuoted } from "../../../kernel/text/shell-quoted.ts";
import type { World } from "../../../kernel/world.ts";
import { type Check, ok, warning } from "./check.ts";

/** Which masque this is, and whether it is the one on the PATH. */
export function programCheck({ env, program }: Pick<World, "env" | "program">): Check {
  return {
    name: "program",
    look() {
      const [binary = "", ...source] = program;
      const what = `masque ${BUILD.version} for ${process.platform} ${process.arch}`;
      const onPath = Bun.which("masque", { PATH: env["PATH"] ?? "" });
      if (source.length > 0) return ok(`${what}, run from source`);
      if (onPath === null) {
        return warning(
          `${what}, "${binary}", which is not on the PATH`,
          `mkdir -p ~/.local/bin && ln -s ${shellQuoted(binary)} ~/.local/bin/masque, and have ~/.local/bin on the PATH`,
        );
      }
      if (realpathSync(onPath) === realpathSync(binary)) return ok(`${what}, "${onPath}"`);
      return warning(`${what}, "${binary}"; on the PATH is another, "${onPath}"`, `remove one of the two`);
    },
  };
}
