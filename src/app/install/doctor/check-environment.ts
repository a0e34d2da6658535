import type { World } from "../../../kernel/world.ts";
import { ignoredVariables } from "../ignored-variables.ts";
import { type Check, ok, warning } from "./check.ts";

/** Whether the environment is as the user has it. */
export function environmentCheck(world: Pick<World, "ignoredEnv">): Check {
  return {
    name: "environment",
    look() {
      const [first, ...more] = ignoredVariables(world);
      if (first === undefined) return ok("no variable is ignored");
      const fix =
        "start Claude Code with it, or set it in env of your own Claude Code settings; if a project sets it, ask why";
      return warning(more.length === 0 ? first : [first, ...more].join("; "), fix);
    },
  };
}
