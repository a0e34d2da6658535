import { existsSync } from "node:fs";
import { type ConfigLine, type ConfigPlace, type Origin, projectConfigFile } from "../../kernel/config/config.ts";
import { type Setting, variableOf } from "../../kernel/config/setting.ts";
import { readSettings, SETTINGS, type SettingKey } from "../settings.ts";

/** A setting as it is in effect for a command without flags. */
export type EffectiveSetting = Pick<Setting<unknown>, "takes" | "description" | "isProjectSafe"> & {
  readonly key: SettingKey;
  /** `null` where nothing is set, and for a secret. */
  readonly value: string | number | boolean | null;
  readonly default: string | number | boolean | null;
  /** Whether there is a value that is not shown. */
  readonly isHidden: boolean;
  readonly origin: Origin;
  /** Where the project's file sets it although only the user may. */
  readonly refused: ConfigLine | null;
  readonly variable: string;
  /** The flag without its dashes, on the commands that have it. */
  readonly flag: string | null;
};

/** A file that settings are read from. */
export type SettingsFile = { readonly path: string; readonly exists: boolean };

/** Every setting in the order of the docs, the files they come from, and what people should know about those files. */
export type EffectiveSettings = {
  readonly settings: readonly EffectiveSetting[];
  readonly files: { readonly user: SettingsFile; readonly project: SettingsFile };
  readonly warnings: readonly string[];
};

/**
 * Reads every setting, with where its value comes from.
 *
 * @throws {MasqueError} `config.invalid`
 */
export async function effectiveSettings(place: ConfigPlace): Promise<EffectiveSettings> {
  const { config, originOf, refused, warnings } = await readSettings(place);
  const settings = settingKeys().map((key): EffectiveSetting => {
    const { takes, description, isProjectSafe, isSecret, flag, default: standard }: Setting<unknown> = SETTINGS[key];
    const value = shown(config[key]);
    return {
      key,
      value: isSecret ? null : value,
      default: shown(standard),
      isHidden: isSecret === true && value !== null,
      origin: originOf(key),
      refused: refused.get(key) ?? null,
      variable: variableOf(key),
      flag: flag ?? null,
      takes,
      description,
      isProjectSafe,
    };
  });
  const files = { user: fileAt(place.paths.configFile), project: fileAt(projectConfigFile(place.project)) };
  return { settings, files, warnings };
}

/** The names of all settings. */
export function settingKeys(): readonly SettingKey[] {
  // Object.keys forgets which keys there are.
  return Object.keys(SETTINGS) as SettingKey[];
}

/** Empty text is how a setting says that it is not set. */
function shown(value: unknown): EffectiveSetting["value"] {
  if (typeof value === "number" || typeof value === "boolean") return value;
  return typeof value === "string" && value !== "" ? value : null;
}

function fileAt(path: string): SettingsFile {
  return { path, exists: existsSync(path) };
}
