import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ExpansionPayload, HostWorld } from "../host.ts";
import { findFile } from "../settings/file.ts";
import { groundOf, projectFolder, runShPath, userFolder } from "./places.ts";
import { shellWord } from "./statusline.ts";

/**
 * Whether the slash command that Claude Code is about to expand is masque's: from the plugin, or a file that calls the
 * script that `masque setup claude` wrote. A user may have a `/list` of their own, which setup leaves alone.
 *
 * @throws {MasqueError} `file.unreadable`, `host.settings-invalid`: the command's file cannot be read.
 */
export function isOwnCommand(
  world: HostWorld,
  { command, origin }: Pick<ExpansionPayload, "command" | "origin">,
): boolean {
  if (origin === "plugin") return true;
  if (origin === "other") return false;
  const folder = origin === "user" ? userFolder(world) : projectFolder(world);
  // Claude Code prefers a skill to a command of the same name, and reports the same source (seen on 2.1.197 and 2.1.330).
  if (existsSync(join(folder, "skills", command, "SKILL.md"))) return false;
  const path = join(folder, "commands", `${command}.md`);
  const { text } = findFile(path, groundOf(world, path));
  return text?.includes(`\nsh ${shellWord(runShPath(world.paths))} ${command}\n`) ?? false;
}
