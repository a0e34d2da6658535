import { parseSessionId } from "../../../kernel/ids.ts";
import { slashCommandNamed } from "../../../kernel/slash-commands.ts";
import { isObject, type JsonObject, parseJson, stringAt } from "../../../kernel/text/json.ts";
import type {
  ExpansionPayload,
  HookPayload,
  PromptPayload,
  SessionEndPayload,
  SessionStartPayload,
} from "../../host.ts";

/**
 * What Claude Code writes to a hook's standard input. Claude Code changes faster than masque: members that masque does not use
 * are ignored, unknown sources and reasons are `other`, and input that is not a payload is `null`.
 */

/** Why a conversation starts, in the words of SessionStart. */
const SESSION_SOURCES = ["startup", "resume", "clear", "compact", "fork"] as const;

/** Reads SessionStart's standard input, or answers `null`. */
export function readSessionStart(stdin: string): SessionStartPayload | null {
  const read = readPayload(stdin);
  const source = read && SESSION_SOURCES.find((known) => known === stringAt(read.json, "source"));
  return read && { ...read.payload, source: source ?? "other" };
}

/** Reads UserPromptSubmit's standard input, or answers `null`. */
export function readPrompt(stdin: string): PromptPayload | null {
  const read = readPayload(stdin);
  if (!read) return null;
  const promptId = stringAt(read.json, "prompt_id") ?? "";
  return {
    ...read.payload,
    promptId: PROMPT_ID.test(promptId) ? promptId : null,
    isCommand: stringAt(read.json, "prompt")?.startsWith("/") ?? false,
  };
}

/** A UUID, as seen on 2.1.330. It is written to a file, so it is held to less than what a session id may be. */
const PROMPT_ID = /^[\w-]{1,64}$/;

/** Reads SessionEnd's standard input, or answers `null`. */
export function readSessionEnd(stdin: string): SessionEndPayload | null {
  const read = readPayload(stdin);
  return read && { ...read.payload, isClear: stringAt(read.json, "reason") === "clear" };
}

/** Reads UserPromptExpansion's standard input, or answers `null`, also for a command with another name. */
export function readExpansion(stdin: string): ExpansionPayload | null {
  const read = readPayload(stdin);
  if (!read) return null;
  const name = stringAt(read.json, "command_name") ?? "";
  const command = slashCommandNamed(name);
  if (!command) return null;
  const origin = originOf(stringAt(read.json, "command_source"), name === command);
  return { ...read.payload, command, words: stringAt(read.json, "command_args") ?? "", origin };
}

/** A user's folder of commands may be called `masques` too: its commands have the plugin's names, and another source. */
function originOf(source: string | undefined, isBareName: boolean): ExpansionPayload["origin"] {
  if (source === "plugin") return isBareName ? "other" : "plugin";
  if (!isBareName) return "other";
  return source === "userSettings" ? "user" : source === "projectSettings" ? "project" : "other";
}

function readPayload(stdin: string): { json: JsonObject; payload: HookPayload } | null {
  const json = parseJson(stdin.startsWith("\ufeff") ? stdin.slice(1) : stdin);
  if (!isObject(json)) return null;
  const session = parseSessionId(stringAt(json, "session_id") ?? "");
  if (!session) return null;
  return { json, payload: { session, transcriptPath: stringAt(json, "transcript_path") || null } };
}
