import { ignoredVariables } from "../app/install/ignored-variables.ts";
import { type Config, readSettings } from "../app/settings.ts";
import type { Deps } from "../deps.ts";
import type { ConfigPlace } from "../kernel/config/config.ts";
import { printWarnings } from "./print/output.ts";
import type { FlagReading } from "./setting-flags.ts";

/**
 * The settings of a command that has any, under its flags. What is wrong with the files and the environment that they come from is
 * said on stderr. Hot commands never ask.
 *
 * @throws {MasqueError} `config.invalid`
 */
export async function settingsOf(deps: Deps, flags: FlagReading = { values: {}, notes: [] }): Promise<Config> {
  const { config, warnings } = await readSettings(configPlaceOf(deps));
  printWarnings(deps.io, [...ignoredVariables(deps), ...warnings, ...flags.notes]);
  return { ...config, ...flags.values };
}

/** Where the settings of this process come from. */
export function configPlaceOf({ env, project, paths, yamlReader }: Deps): ConfigPlace {
  return { env, project, paths, yaml: yamlReader };
}
