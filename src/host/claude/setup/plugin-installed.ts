import { isObject, type Json, stringAt } from "../../../kernel/text/json.ts";

/** The plugin's name, whatever marketplace it came from. */
const PLUGIN = /^masques@/;

/** What Claude Code's files say about plugins; `undefined` for a file that is missing or not JSON. */
export type PluginFacts = {
  /** `plugins/installed_plugins.json` of Claude Code's configuration folder. */
  readonly installed: Json | undefined;
  /** Settings in the order of their precedence, the strongest first. */
  readonly settings: readonly (Json | undefined)[];
  /** The project that is set up; `null` for all of the user's. */
  readonly project: string | null;
};

/** Where the plugin brings the hooks already, so that hooks in the settings would run a second time. */
export type PluginReach = "here" | "in-other-projects" | "nowhere";

/**
 * How far an installed plugin reaches into what is set up.
 *
 * @source Claude Code 2.1.330 writes `enabledPlugins` into the settings of the scope it installs to, and one entry a
 *   scope into `installed_plugins.json`: `{scope: "user" | "project" | "local", projectPath?}`.
 */
export function pluginReach({ installed, settings, project }: PluginFacts): PluginReach {
  for (const one of settings) {
    const enabled = isObject(one) ? one["enabledPlugins"] : undefined;
    if (!isObject(enabled)) continue;
    const says = Object.entries(enabled).filter(([name, value]) => PLUGIN.test(name) && typeof value === "boolean");
    if (says.length > 0) return says.some(([, value]) => value === true) ? "here" : "nowhere";
  }
  const folders = installedFor(installed);
  if (folders.some((folder) => folder === null || folder === project)) return "here";
  return folders.length > 0 && project === null ? "in-other-projects" : "nowhere";
}

/** The project of each installation, `null` for one that serves all. */
function installedFor(installed: Json | undefined): (string | null)[] {
  const plugins = isObject(installed) ? installed["plugins"] : undefined;
  const entries = isObject(plugins) ? Object.entries(plugins).filter(([name]) => PLUGIN.test(name)) : [];
  return entries
    .flatMap(([, list]) => (Array.isArray(list) ? list : []))
    .map((entry) => (isObject(entry) ? (stringAt(entry, "projectPath") ?? null) : null));
}
