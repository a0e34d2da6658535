import { join } from "node:path";
import { MasqueError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Env, Paths } from "../paths.ts";
import { nearest } from "../text/nearest.ts";
import { printableLine } from "../text/printable.ts";
import { invalid, type Leaf, leavesOfProject, leavesOfUser, type OpenYaml } from "./config-file.ts";
import { type ConfigOf, type Setting, type SettingTable, variableOf } from "./setting.ts";

/**
 * Settings: the environment goes before the project's file, that file before the user's own, and that one before the default.
 * Flags go before all of them, and commands read those. What the user wrote and cannot be used is a failure. A project's file comes
 * with a repository and is not trusted: it may set what is declared safe, everything else in it is refused with a warning, and
 * nothing in it, however broken, stops a command. No hot command reads any of this, and without a file nothing loads YAML.
 */

/** Where settings come from. */
export type ConfigPlace = {
  readonly env: Env;
  readonly project: string;
  readonly paths: Pick<Paths, "configFile">;
  readonly yaml: OpenYaml;
};

/** A line in a file of settings. */
export type ConfigLine = { readonly path: string; readonly line: number };

/** Where the value of a setting comes from. */
export type Origin =
  | { readonly kind: "default" }
  | ({ readonly kind: "user" | "project" } & ConfigLine)
  | { readonly kind: "environment"; readonly variable: string };

/** The settings, where each comes from, and what people should know about the files. */
export type ConfigReading<Settings extends SettingTable> = {
  readonly config: ConfigOf<Settings>;
  originOf(key: keyof Settings): Origin;
  /** Settings in the project's file that only the user may set; they are among the warnings too. */
  readonly refused: ReadonlyMap<string, ConfigLine>;
  readonly warnings: readonly string[];
};

type Found = { readonly key: string; readonly value: unknown; readonly origin: Origin };

/**
 * Reads every setting of a table.
 *
 * @throws {MasqueError} `config.invalid` for the environment or the user's own file, never for a project's.
 */
export async function readConfig<Settings extends SettingTable>(
  settings: Settings,
  place: ConfigPlace,
): Promise<ConfigReading<Settings>> {
  const known: ReadonlyMap<string, Setting<unknown>> = new Map(Object.entries(settings));
  const warnings: string[] = [];
  const user = await userValues(known, place, warnings);
  const project = await projectValues(known, place, warnings);
  const all = [...user, ...project.found, ...environmentValues(known, place.env, warnings)];
  const found = new Map(all.map((one) => [one.key, one]));
  const values = [...known].map(([key, setting]) => [key, (found.get(key) ?? { value: setting.default }).value]);
  return {
    // Each value was read by its own setting, which is what gives it its type.
    config: Object.fromEntries(values) as ConfigOf<Settings>,
    originOf: (key) => found.get(String(key))?.origin ?? { kind: "default" },
    refused: project.refused,
    warnings: bounded(warnings),
  };
}

/** The project's file of settings. */
export function projectConfigFile(project: string): string {
  return join(project, ".claude", "masque.config.yaml");
}

type Known = ReadonlyMap<string, Setting<unknown>>;

function environmentValues(known: Known, env: Env, warnings: string[]): Found[] {
  const found: Found[] = [];
  for (const [key, setting] of known) {
    const variable = variableOf(key);
    const text = env[variable];
    if (!text) continue;
    const value = setting.readText(text);
    if (value === undefined) {
      const shown = setting.isSecret ? "…" : printableLine(text);
      throw invalid(`Cannot use ${variable}="${shown}": it takes ${setting.takes}`);
    }
    const note = setting.noteOn?.(text);
    if (note !== undefined) warnings.push(`${variable}: ${note}`);
    found.push({ key, value, origin: { kind: "environment", variable } });
  }
  return found;
}

async function userValues(known: Known, { paths, yaml }: ConfigPlace, warnings: string[]): Promise<Found[]> {
  const path = paths.configFile;
  const found: Found[] = [];
  for (const { key, value: given, at } of await leavesOfUser(path, yaml)) {
    const setting = known.get(key);
    if (!setting) {
      warnings.push(`"${path}" line ${at.line}: ${unknown(known, key)}`);
      continue;
    }
    const value = setting.read(given);
    if (value === undefined) throw invalid(`Cannot use "${path}" line ${at.line}: ${key} takes ${setting.takes}`);
    const note = setting.noteOn?.(given);
    if (note !== undefined) warnings.push(`"${path}" line ${at.line}: ${key}: ${note}`);
    found.push({ key, value, origin: { kind: "user", path, line: at.line } });
  }
  return found;
}

async function projectValues(
  known: Known,
  { project, paths, yaml }: ConfigPlace,
  warnings: string[],
): Promise<{ readonly found: readonly Found[]; readonly refused: ReadonlyMap<string, ConfigLine> }> {
  const path = projectConfigFile(project);
  const found: Found[] = [];
  const refused = new Map<string, ConfigLine>();
  for (const { key, value: given, at } of await projectLeaves(path, yaml, warnings)) {
    const setting = known.get(key);
    const value = setting?.isProjectSafe ? setting.read(given) : undefined;
    if (value !== undefined) {
      found.push({ key, value, origin: { kind: "project", path, line: at.line } });
      continue;
    }
    if (setting && !setting.isProjectSafe) refused.set(key, { path, line: at.line });
    const why = setting ? refusal(key, setting, paths.configFile) : unknown(known, key);
    warnings.push(`"${path}" line ${at.line}: ${why}`);
  }
  return { found, refused };
}

async function projectLeaves(path: string, yaml: OpenYaml, warnings: string[]): Promise<readonly Leaf[]> {
  try {
    return await leavesOfProject(path, yaml);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    warnings.push(`${error.message}; the project's settings are left out`);
    return [];
  }
}

function refusal(key: string, setting: Setting<unknown>, userFile: string): string {
  if (setting.isProjectSafe) return `${key} takes ${setting.takes}`;
  const ways = [
    `in "${userFile}"`,
    `by ${variableOf(key)}`,
    ...(setting.flag === undefined ? [] : [`by --${setting.flag}`]),
  ];
  return `${key} is refused in a project's file; set it ${ways.slice(0, -1).join(", ")} or ${ways.at(-1)}`;
}

function unknown(known: Known, key: string): string {
  const near = nearest(key, [...known.keys()]);
  const shown = printableLine(key).slice(0, LIMITS.configKeyCharsMax);
  return `"${shown}" is not a setting${near === undefined ? "" : `; did you mean "${near}"?`}`;
}

function bounded(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - LIMITS.configWarningsMax;
  return more <= 0 ? warnings : [...warnings.slice(0, LIMITS.configWarningsMax), `and ${more} more like these`];
}
