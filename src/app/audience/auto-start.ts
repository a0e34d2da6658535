import { AUDIENCE_SETTINGS } from "../../audience/settings.ts";
import { variableOf } from "../../kernel/config/setting.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { World } from "../../kernel/world.ts";

/**
 * Starting the receiver with a session of the host, where the user's own config says so. A hook has little time and
 * must not load YAML: it only looks whether the setting's name stands in the file at all, and then leaves reading it,
 * and everything else, to a process of its own that it does not wait for. A project's file is never looked at.
 */

const KEY = "audience.autoStart";
/** The last part of the setting's name, as any way of writing it in YAML has it. */
const WORD = "autoStart";

/** Spawns `audience start --if-configured`, and goes on at once; most people's sessions cost one look for a file. */
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
