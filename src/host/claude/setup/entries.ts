import type { Env } from "../../../kernel/paths.ts";
import { SLASH_COMMAND_MATCHER } from "../../../kernel/slash-commands.ts";
import { isObject, type Json, stringAt } from "../../../kernel/text/json.ts";
import { printableLine } from "../../../kernel/text/printable.ts";
import { valueAt } from "../../settings/text.ts";
import type { SetupEntries, SetupEntry } from "../../setup/plan.ts";
import { isStatusCommand, statusCommand } from "../statusline.ts";
import { isCredential } from "../telemetry-env.ts";
import { HOOK_EVENTS, HOOK_WORDS } from "./hooks-present.ts";

/** How long Claude Code waits for a hook. Ours take a few milliseconds. */
const HOOK_TIMEOUT_SECONDS = 10;

/** Events of which only some concern us. */
const MATCHERS: Readonly<Partial<Record<keyof typeof HOOK_WORDS, string>>> = {
  UserPromptExpansion: SLASH_COMMAND_MATCHER,
};

/** The hooks, in exec form: no shell, and Claude Code is the hook's parent. */
export function hookEntries([command = "masque", ...words]: readonly string[]): SetupEntry[] {
  return HOOK_EVENTS.map((event) => {
    const name = HOOK_WORDS[event];
    const matcher = MATCHERS[event];
    const hook = {
      type: "command",
      command,
      args: [...words, "hook", name, "--from-setup"],
      timeout: HOOK_TIMEOUT_SECONDS,
    };
    return {
      path: ["hooks", event],
      isElement: true,
      value: { ...(matcher === undefined ? {} : { matcher }), hooks: [hook] },
      says: `hooks.${event} runs \`masque hook ${name}\``,
    };
  });
}

/**
 * The status line: ours alone, or behind the one that is there.
 *
 * @param settings The text that will hold it.
 * @param inherited The command of a status line that this one would hide, such as the user's own from a project.
 */
export function statuslineEntries(
  settings: string | null,
  file: string,
  { program, inherited }: { program: readonly string[]; inherited: string | null },
): SetupEntries {
  const found = settings === null ? undefined : valueAt(settings, ["statusLine"], file);
  const former = found === undefined ? inherited : commandOf(found);
  if (found !== undefined && former === null) return leave(`statusLine in "${file}": it is not a command`);
  if (former !== null && isStatusCommand(former)) return leave(`statusLine: it shows masque's line already`);
  const command = statusCommand(program, former);
  const says = former === null ? "" : `, after yours (\`${printableLine(former)}\`)`;
  const wish =
    found === undefined
      ? { path: ["statusLine"], value: { type: "command", command } }
      : { path: ["statusLine", "command"], value: command };
  return { wishes: [{ ...wish, isElement: false, says: `statusLine shows what is worn${says}` }], notes: [] };
}

/** The command of a `statusLine` setting, or `null` for what has none. */
export function commandOf(statusLine: Json | undefined): string | null {
  if (!isObject(statusLine) || statusLine["type"] !== "command") return null;
  return stringAt(statusLine, "command") ?? null;
}

/**
 * The environment that sends telemetry to us, unless something sends it elsewhere already. Then all of it is left
 * alone: half of one exporter's settings and half of another's would send nothing.
 */
export function telemetryEntries(
  settings: string | null,
  file: string,
  wanted: Readonly<Record<string, string>>,
  processEnv: Env,
): SetupEntries {
  const inFile = settings === null ? undefined : valueAt(settings, ["env"], file);
  const found = isObject(inFile) ? inFile : {};
  const foreign = [...foreignIn(found, wanted, `"${file}"`), ...foreignIn(processEnv, wanted, "your environment")];
  if (foreign.length > 0) {
    return leave(`telemetry: ${foreign.join(", ")}; \`masque audience config\` shows what would send it to masque`);
  }
  const wishes = Object.entries(wanted).map(([name, value]) => ({
    path: ["env", name],
    isElement: false,
    value,
    says: `env.${name} = ${shown(name, value)}`,
  }));
  return { wishes, notes: [] };
}

/**
 * Where the user's folders are. Written where the system does not say what a running Claude Code was started with: inside
 * Claude Code, only these settings count there.
 */
export function placeEntries(places: Readonly<Record<string, string>>): SetupEntry[] {
  return Object.entries(places).map(([name, value]) => ({
    path: ["env", name],
    isElement: false,
    value,
    says: `env.${name} = ${printableLine(value)}`,
  }));
}

function foreignIn(env: Env | Readonly<Record<string, Json | undefined>>, wanted: Env, where: string): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const decides = name in wanted || /^OTEL_EXPORTER_OTLP_\w*(?:ENDPOINT|PROTOCOL|HEADERS)$/.test(name);
    if (!decides || value === undefined || value === wanted[name]) return [];
    return [`${name} is "${shown(name, String(value))}" in ${where}`];
  });
}

function shown(name: string, value: string): string {
  return isCredential(name) ? "…" : printableLine(value);
}

function leave(note: string): SetupEntries {
  return { wishes: [], notes: [note] };
}
