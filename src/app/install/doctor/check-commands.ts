import { dirname, join } from "node:path";
import { userSettingsPath } from "../../../host/claude/settings-path.ts";
import { readSettingsFile } from "../../../host/settings/file.ts";
import { SLASH_COMMANDS } from "../../../kernel/slash-commands.ts";
import type { World } from "../../../kernel/world.ts";
import { type Check, ok, warning } from "./check.ts";

/** A block of masque 0.1: what a person types stands in the shell's text. */
const UNSAFE_BLOCK = /```![^`]*run\.sh[^`]*\$ARGUMENTS/;

/** Whether the slash commands that an earlier setup wrote are still those of today. */
export function commandsCheck(world: Pick<World, "env" | "paths" | "project">): Check {
  return {
    name: "Claude Code commands",
    look() {
      const own = dirname(userSettingsPath(world.env, world.paths.home));
      const places = [
        { folder: own, fix: "masque setup claude" },
        { folder: join(world.project, ".claude"), fix: "masque setup claude --project" },
      ];
      for (const { folder, fix } of places) {
        const paths = SLASH_COMMANDS.map((command) => join(folder, "commands", `${command}.md`));
        const unsafe = paths.find((path) => UNSAFE_BLOCK.test(readSettingsFile(path) ?? ""));
        if (unsafe === undefined) continue;
        return warning(`"${unsafe}" is of an earlier masque: what you type after the command can run as shell`, fix);
      }
      return ok("none puts what you type into a shell");
    },
  };
}
