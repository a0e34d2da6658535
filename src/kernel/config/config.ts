import { lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { readBounded, readUnlinked } from "../files/files.ts";
import { LIMITS } from "../limits.ts";
import type { Env, Paths } from "../paths.ts";
import { isObject, type Json } from "../text/json.ts";
import { nearest } from "../text/nearest.ts";
import { printableLine } from "../text/printable.ts";
import type { Position, YamlPath, YamlReading } from "../text/yaml.ts";
import { type Config, defaultConfig, SETTINGS, type Setting, type SettingKey } from "./settings.ts";

/**
 * Settings: environment before the project's file before the user's own before the default; flags go before all, and
 * are the commands'. What the user wrote and cannot be used is a failure. A project's file comes with a repository and
 * is not trusted: it may set what is marked so, everything else in it is refused with a warning, and nothing in it,
 * however broken, stops a command. No hot command reads any of this, and without a file nothing loads YAML.
 */

/** Where settings come from. */
export type ConfigPlace = {
  readonly env: Env;
  readonly project: string;
  readonly paths: Pick<Paths, "configFile">;
  /** Reads YAML: called only when there is a file. */
  readonly yaml: () => Promise<(text: string) => YamlReading>;
};

/** The settings, and what people should know about the files they came from. */
export type ConfigReading = { readonly config: Config; readonly warnings: readonly string[] };

/** A setting as a file gives it: where it stands, and the value, yet to be looked at. */
type Given = { readonly key: string; readonly value: Json; readonly at: Position };

type Value = string | number | boolean | null;
type Values = Readonly<Partial<Record<SettingKey, Value>>>;

/**
 * Reads every setting.
 *
 * @throws {MasqueError} `config.invalid` for the environment or the user's own file, never for a project's.
 */
export async function readConfig(place: ConfigPlace): Promise<ConfigReading> {
  const warnings: string[] = [];
  const user = await readUserFile(place, warnings);
  const project = await readProjectFile(place, warnings);
  const values: Values = { ...defaultConfig(), ...user, ...project, ...fromEnvironment(place.env, warnings) };
  // Each value was read by its own setting, which is what gives it its type.
  return { config: values as Config, warnings: bounded(warnings) };
}

/** The project's file of settings. */
export function projectConfigFile(project: string): string {
  return join(project, ".claude", "masque.config.yaml");
}

function fromEnvironment(env: Env, warnings: string[]): Values {
  const values: [SettingKey, Value][] = [];
  for (const [key, setting] of settings()) {
    const text = env[setting.env];
    if (!text) continue;
    const value = setting.readText(text);
    if (value === undefined) {
      const shown = setting.isSecret ? "…" : printableLine(text);
      throw invalid(`Cannot use ${setting.env}="${shown}": it takes ${setting.takes}`);
    }
    const note = setting.noteOn?.(text);
    if (note !== undefined) warnings.push(`${setting.env}: ${note}`);
    values.push([key, value]);
  }
  return Object.fromEntries(values);
}

async function readUserFile({ paths, yaml }: ConfigPlace, warnings: string[]): Promise<Values> {
  const path = paths.configFile;
  const values: [SettingKey, Value][] = [];
  for (const { key, value, at } of await givenIn(textOf(path, readBounded), path, yaml)) {
    if (!isSetting(key)) {
      warnings.push(`"${path}" line ${at.line}: ${unknown(key)}`);
      continue;
    }
    const setting: Setting<Value> = SETTINGS[key];
    const read = setting.read(value);
    if (read === undefined) throw invalid(`Cannot use "${path}" line ${at.line}: ${key} takes ${setting.takes}`);
    const note = setting.noteOn?.(value);
    if (note !== undefined) warnings.push(`"${path}" line ${at.line}: ${key}: ${note}`);
    values.push([key, read]);
  }
  return Object.fromEntries(values);
}

async function readProjectFile({ project, paths, yaml }: ConfigPlace, warnings: string[]): Promise<Values> {
  const path = projectConfigFile(project);
  try {
    const values: [SettingKey, Value][] = [];
    for (const { key, value, at } of await givenIn(textInProject(path), path, yaml)) {
      const setting: Setting<Value> | undefined = isSetting(key) ? SETTINGS[key] : undefined;
      const read = setting?.isProjectSafe ? setting.read(value) : undefined;
      if (isSetting(key) && read !== undefined) values.push([key, read]);
      else warnings.push(`"${path}" line ${at.line}: ${refusal(key, setting, paths.configFile)}`);
    }
    return Object.fromEntries(values);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    warnings.push(`${error.message}; the project's settings are left out`);
    return {};
  }
}

function refusal(key: string, setting: Setting<unknown> | undefined, userFile: string): string {
  if (!setting) return unknown(key);
  if (setting.isProjectSafe) return `${key} takes ${setting.takes}`;
  return `${key} is refused in a project's file; set it in "${userFile}", by ${setting.env} or by its flag`;
}

function unknown(key: string): string {
  const near = nearest(key, Object.keys(SETTINGS));
  const shown = printableLine(key).slice(0, LIMITS.configKeyCharsMax);
  return `"${shown}" is no setting${near === undefined ? "" : `; did you mean "${near}"?`}`;
}

/**
 * What a file gives, every leaf by its dotted key.
 *
 * @throws {MasqueError} `config.invalid` when it cannot be read as YAML, or at all.
 */
async function givenIn(text: string | undefined, path: string, yaml: ConfigPlace["yaml"]): Promise<readonly Given[]> {
  if (text === undefined) return [];
  const reading = (await yaml())(text);
  if (reading.kind === "broken") {
    const [fault] = reading.faults;
    const found = printableLine(fault?.message ?? "it is no YAML").slice(0, LIMITS.configFaultCharsMax);
    throw invalid(`Cannot read "${path}" line ${fault?.line ?? 1}: ${found}`);
  }
  if (reading.value === null) return [];
  if (!isObject(reading.value))
    throw invalid(`Cannot read "${path}": it holds no settings, which are keys with values`);
  return leavesOf(reading.value, [], (at) => reading.locate(at, "key"));
}

/** A link in a project may lead to any file of the user's, and a message about that file would show what is in it. */
function textInProject(path: string): string | undefined {
  const text = textOf(path, readUnlinked);
  if (text !== undefined && lstatSync(dirname(path), { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw invalid(`Cannot read "${path}": "${dirname(path)}" is a link, and masque follows none in a project`);
  }
  return text;
}

function textOf(path: string, read: typeof readBounded): string | undefined {
  const bytes = bytesOf(path, read);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw invalid(`Cannot read "${path}": it is no UTF-8 text`, error);
  }
}

function bytesOf(path: string, read: typeof readBounded): Buffer | undefined {
  try {
    return read(path, LIMITS.configFileBytesMax, (size) =>
      invalid(`Cannot read "${path}": it has ${size} bytes, more than ${LIMITS.configFileBytesMax}`),
    );
  } catch (error) {
    if (error instanceof MasqueError) throw error.code === "config.invalid" ? error : invalid(error.message, error);
    throw invalid(`Cannot read "${path}": ${errnoOf(error) ?? String(error)}`, error);
  }
}

function leavesOf(value: Json, path: YamlPath, locate: (path: YamlPath) => Position): readonly Given[] {
  const key = path.join(".");
  if (!isObject(value) || path.length >= LIMITS.configDepthMax) return [{ key, value, at: locate(path) }];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner ?? null, [...path, name], locate));
}

function bounded(warnings: readonly string[]): readonly string[] {
  const more = warnings.length - LIMITS.configWarningsMax;
  return more <= 0 ? warnings : [...warnings.slice(0, LIMITS.configWarningsMax), `and ${more} more like these`];
}

function settings(): readonly (readonly [SettingKey, Setting<Value>])[] {
  // Object.entries forgets which keys there are.
  return Object.entries(SETTINGS) as unknown as (readonly [SettingKey, Setting<Value>])[];
}

function isSetting(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

function invalid(message: string, cause?: unknown): MasqueError {
  return new MasqueError("config.invalid", message, { hint: "docs/configuration.md shows every setting", cause });
}
