import { dirname, join, sep } from "node:path";
import type { Env } from "../../kernel/paths.ts";
import type { HostWorld } from "../host.ts";
import type { FileGround } from "../settings/file.ts";
import type { SetupPlace } from "../setup/plan.ts";

/** Where Claude Code's files are, and where masque keeps what concerns them. */

/** The user's own settings file. */
export function userSettingsPath(env: Env, home: string): string {
  return join(env["CLAUDE_CONFIG_DIR"] || join(home, ".claude"), "settings.json");
}

/** The user's own settings file, in a world. */
export function settingsFileOf({ env, paths }: Pick<HostWorld, "env" | "paths">): string {
  return userSettingsPath(env, paths.home);
}

/** The user's folder of Claude Code. */
export function userFolder(world: Pick<HostWorld, "env" | "paths">): string {
  return dirname(settingsFileOf(world));
}

/** The project's folder of Claude Code. */
export function projectFolder({ project }: Pick<HostWorld, "project">): string {
  return join(project, ".claude");
}

/** The settings files of the project, the stronger first, without the user's own file where the project is the home folder. */
export function projectSettingsPaths(world: HostWorld): readonly string[] {
  const own = settingsFileOf(world);
  const paths = ["settings.local.json", "settings.json"].map((name) => join(projectFolder(world), name));
  return paths.filter((path) => path !== own);
}

/** `<data>/host/claude`. */
export function dataFolder(paths: Pick<HostWorld["paths"], "host">): string {
  return join(paths.host, "claude");
}

/** The script that the commands of a setup call. */
export function runShPath(paths: Pick<HostWorld["paths"], "host">): string {
  return join(dataFolder(paths), "run.sh");
}

/** Where a setup of Claude Code is recorded, and whose files it writes. */
export function setupPlace(world: HostWorld): SetupPlace {
  return { folder: dataFolder(world.paths), groundOf: (path) => groundOf(world, path) };
}

/** Whose ground a file is on: what is in the project's `.claude` may have come with a repository. */
export function groundOf(world: HostWorld, path: string): FileGround {
  const isUsers = projectFolder(world) === userFolder(world);
  return !isUsers && path.startsWith(projectFolder(world) + sep) ? { project: world.project } : "user";
}
