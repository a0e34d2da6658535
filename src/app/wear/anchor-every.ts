import type { ConfigPlace } from "../../kernel/config/config.ts";
import { variableOf } from "../../kernel/config/setting.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { MASQUE_SETTINGS } from "../../masque/settings.ts";

const KEY = "anchor.every";
/** The first part of the setting's name, which every way of writing it in YAML contains. */
const WORD = "anchor";

/**
 * The setting `anchor.every`, for a hook, which has little time: the user's file is only parsed where it has the setting's
 * name, and a project's file is never read. A value that cannot be used counts as the default: commands report it.
 */
export async function anchorEvery(place: ConfigPlace): Promise<number> {
  const setting = MASQUE_SETTINGS[KEY];
  const said = place.env[variableOf(KEY)];
  if (said) return setting.readText(said) ?? setting.default;
  try {
    const { configFile } = place.paths;
    if (!readBounded(configFile, LIMITS.configFileBytesMax, tooLong)?.includes(WORD)) return setting.default;
    const { readSettings } = await import("../settings.ts");
    return (await readSettings(place)).config[KEY];
  } catch (error) {
    if (error instanceof MasqueError) return setting.default;
    throw error;
  }
}

function tooLong(): MasqueError {
  return new MasqueError("config.invalid", "The file is too long for settings");
}
