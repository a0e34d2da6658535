import { ignoredVariables } from "../app/install/ignored-variables.ts";
import type { Deps } from "../deps.ts";
import { readConfig } from "../kernel/config/config.ts";
import type { Config } from "../kernel/config/settings.ts";
import { printWarnings } from "./print/output.ts";

/**
 * The settings of a command that has any, with what is wrong with the files and the environment they come from said on stderr. Hot commands
 * never ask.
 *
 * @throws {MasqueError} `config.invalid`
 */
export async function settingsOf(deps: Deps): Promise<Config> {
  const { config, warnings } = await readConfig({
    env: deps.env,
    project: deps.project,
    paths: deps.paths,
    yaml: deps.yamlReader,
  });
  printWarnings(deps.io, [...ignoredVariables(deps), ...warnings]);
  return config;
}
