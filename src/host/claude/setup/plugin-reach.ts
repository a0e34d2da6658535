import { dirname, join } from "node:path";
import { parseJson } from "../../../kernel/text/json.ts";
import type { World } from "../../../kernel/world.ts";
import { readSettingsFile } from "../../settings/file.ts";
import { userSettingsPath } from "../settings-path.ts";
import { type PluginReach, pluginReach } from "./plugin-installed.ts";

/**
 * How far the plugin reaches into what is set up for the user, or for the project alone. Settings of a project count
 * for the project; those of the user for both.
 *
 * @throws {MasqueError} `file.unreadable`
 */
export function pluginReachFor(
  world: Pick<World, "env" | "paths" | "project">,
  scope: "user" | "project",
): PluginReach {
  const own = userSettingsPath(world.env, world.paths.home);
  const ofProject = ["settings.local.json", "settings.json"].map((name) => join(world.project, ".claude", name));
  return pluginReach({
    installed: jsonIn(join(dirname(own), "plugins", "installed_plugins.json")),
    settings: [...(scope === "project" ? ofProject : []), own].map(jsonIn),
    project: scope === "project" ? world.project : null,
  });
}

function jsonIn(path: string) {
  const text = readSettingsFile(path);
  return text === null ? undefined : parseJson(text);
}
