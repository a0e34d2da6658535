import { join } from "node:path";
import type { Env } from "../../kernel/paths.ts";

/** The user's own settings file. */
export function userSettingsPath(env: Env, home: string): string {
  return join(env["CLAUDE_CONFIG_DIR"] || join(home, ".claude"), "settings.json");
}
