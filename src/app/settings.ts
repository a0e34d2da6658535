import { AUDIENCE_SETTINGS } from "../audience/settings.ts";
import { JUDGE_SETTINGS } from "../judge/settings.ts";
import { type ConfigPlace, type ConfigReading, readConfig } from "../kernel/config/config.ts";
import { type ConfigOf, defaultsOf } from "../kernel/config/setting.ts";
import { MASQUE_SETTINGS } from "../masque/settings.ts";

/** Every setting there is: each area declares its own. docs/configuration.md shows the same table, and a test holds them together. */
export const SETTINGS = { ...AUDIENCE_SETTINGS, ...MASQUE_SETTINGS, ...JUDGE_SETTINGS } as const;

/** A setting's name, dotted: in a file each part is a level. */
export type SettingKey = keyof typeof SETTINGS;

/** A value for every setting. */
export type Config = ConfigOf<typeof SETTINGS>;

/** The value of every setting that was set nowhere. */
export function defaultConfig(): Config {
  return defaultsOf(SETTINGS);
}

/**
 * Reads every setting.
 *
 * @throws {MasqueError} `config.invalid` for the environment or the user's own file, never for a project's.
 */
export async function readSettings(place: ConfigPlace): Promise<ConfigReading<typeof SETTINGS>> {
  return await readConfig(SETTINGS, place);
}
