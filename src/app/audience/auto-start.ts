import { AUDIENCE_SETTINGS } from "../../audience/settings.ts";
import { variableOf } from "../../kernel/config/setting.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";

/**
 * Starts the receiver together with a conversation, where the user's own config says so. A hook has little time and must
 * not load YAML. It only looks for the setting's name in the file. Where the name is there, another process reads the
 * file and does the rest, and the hook does not wait for it. A project's file is never read.
 */

const KEY = "audience.autoStart";
/** The last part of the setting's name, which every way of writing it in YAML contains. */
const WORD = "autoStart";

/** Spawns `audience start --if-configured` and does not wait. Without a config file this reads nothing. */
export async function startAudienceIfConfigured(world: Pick<World, "env" | "paths" | "program">): Promise<void> {
  if (!mayBeConfigured(world)) return;
  const { spawnDetached } = await import("../../audience/process/spawn-detached.ts");
  spawnDetached(world, ["audience", "start", "--if-configured", "--json"]);
}

function mayBeConfigured({ env, paths }: Pick<World, "env" | "paths">): boolean {
  const said = env[variableOf(KEY)];
  if (said) return AUDIENCE_SETTINGS[KEY].readText(said) === true;
  const bytes = readBounded(paths.configFile, LIMITS.configFileBytesMax, () => unread(paths.configFile));
  return bytes?.includes(WORD) ?? false;
}

function unread(path: string): MasqueError {
  return new MasqueError("config.invalid", `Cannot read "${path}": it is too long for settings`);
}
