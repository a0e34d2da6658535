import { isObject, type Json } from "../../../kernel/text/json.ts";

/** One hook of ours in somebody's settings. */
export type HookPresent = {
  readonly event: string;
  /** The program that it starts. */
  readonly command: string;
  /** Whether setup wrote it, so that it adds no text where the plugin's own hook runs too. */
  readonly isFromSetup: boolean;
};

/** The events that masque listens to, and the word after `masque hook` for each. */
export const HOOK_WORDS = {
  SessionStart: "session-start",
  UserPromptSubmit: "prompt",
  SessionEnd: "session-end",
  UserPromptExpansion: "expand",
} as const;

/** The same events, in the order that setup adds them. */
export const HOOK_EVENTS = Object.keys(HOOK_WORDS) as (keyof typeof HOOK_WORDS)[];

/** A command line of a shell that calls us. */
const SHELL_LINE = /(?:^|[\s"'/\\])masque(?:\.exe)?["']?\s+hook\s+([\w-]+)/;

/**
 * Our hooks among those of a settings file.
 *
 * @param settings The file as JSON; anything else holds none.
 * @source Claude Code's settings: `hooks.<Event>[].hooks[]`, each `{type: "command", command, args?}`.
 */
export function hooksPresent(settings: Json | undefined): readonly HookPresent[] {
  const hooks = isObject(settings) ? settings["hooks"] : undefined;
  if (!isObject(hooks)) return [];
  return Object.entries(HOOK_WORDS).flatMap(([event, word]) => {
    const groups = listOf(hooks[event]);
    const entries = groups.flatMap((group) => (isObject(group) ? listOf(group["hooks"]) : []));
    return entries.flatMap((entry) => presentIn(entry, event, word));
  });
}

function presentIn(entry: Json, event: string, word: string): HookPresent[] {
  if (!isObject(entry) || entry["type"] !== "command" || typeof entry["command"] !== "string") return [];
  const { command } = entry;
  const args = listOf(entry["args"]);
  const at = args.indexOf("hook");
  if (at !== -1 && args[at + 1] === word) return [{ event, command, isFromSetup: args.includes("--from-setup") }];
  if (SHELL_LINE.exec(command)?.[1] !== word) return [];
  return [{ event, command: "masque", isFromSetup: command.includes("--from-setup") }];
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
