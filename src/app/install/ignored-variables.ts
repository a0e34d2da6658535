import type { AudienceConfig } from "../../audience/settings.ts";
import { variableOf } from "../../kernel/config/setting.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";

const TOKEN = variableOf("audience.token" satisfies keyof AudienceConfig);

/** Variables that the project's settings put into the environment, and that do not count: a line for people each. */
export function ignoredVariables({ ignoredEnv }: Pick<World, "ignoredEnv">): readonly string[] {
  return ignoredEnv.map(({ name, value, used }) => {
    const instead = used === undefined ? "it counts as not set" : `"${printableLine(shown(name, used))}" is used`;
    return `${name}="${printableLine(shown(name, value))}" is ignored: Claude Code was not started with it; ${instead}`;
  });
}

function shown(name: string, value: string): string {
  return name === TOKEN ? "…" : value;
}
