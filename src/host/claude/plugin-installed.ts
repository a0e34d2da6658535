import { isObject, type Json } from "../../kernel/json.ts";

/** The plugin's name, whatever marketplace it came from. */
const PLUGIN = /^masques@/;

/** What the host says of plugins, as JSON; `undefined` for a file that is missing or no JSON. */
export type PluginFacts = {
  /** `plugins/installed_plugins.json` of the host's configuration folder. */
  readonly installed: Json | undefined;
  /** Settings in the order of their precedence, the strongest first. */
  readonly settings: readonly (Json | undefined)[];
};

/**
 * Whether the plugin brings the hooks already, so that a second set would run everything twice.
 *
 * @source Claude Code 2.1.330 writes `enabledPlugins` into the settings of the scope it installs to.
 */
export function isPluginActive({ installed, settings }: PluginFacts): boolean {
  for (const one of settings) {
    const enabled = isObject(one) ? one["enabledPlugins"] : undefined;
    if (!isObject(enabled)) continue;
    const says = Object.entries(enabled).filter(([name, value]) => PLUGIN.test(name) && typeof value === "boolean");
    if (says.length > 0) return says.some(([, value]) => value === true);
  }
  const plugins = isObject(installed) ? installed["plugins"] : undefined;
  if (!isObject(plugins)) return false;
  return Object.entries(plugins).some(
    ([name, entries]) => PLUGIN.test(name) && Array.isArray(entries) && entries.length > 0,
  );
}
