import { join } from "node:path";
import { parseJson } from "../../../kernel/text/json.ts";
import type { HostWorld, SetupScope } from "../../host.ts";
import { readSettingsFile } from "../../settings/file.ts";
import { projectFolder, settingsFileOf, userFolder } from "../places.ts";
import { type PluginReach, pluginReach } from "./plugin-installed.ts";

/**
 * How far the plugin reaches into what is set up for the user, or for the project alone. Settings of a project count
 * for the project; those of the user for both.
 *
 * @throws {MasqueError} `file.unreadable`
 */
export function pluginReachFor(world: HostWorld, scope: SetupScope): PluginReach {
  const ofProject = ["settings.local.json", "settings.json"].map((name) => join(projectFolder(world), name));
  return pluginReach({
    installed: jsonIn(join(userFolder(world), "plugins", "installed_plugins.json")),
    settings: [...(scope === "project" ? ofProject : []), settingsFileOf(world)].map(jsonIn),
    project: scope === "project" ? world.project : null,
  });
}

function jsonIn(path: string) {
  const text = readSettingsFile(path);
  return text === null ? undefined : parseJson(text);
}
