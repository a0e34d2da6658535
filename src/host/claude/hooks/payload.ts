import { parseSessionId, type SessionId } from "../../../kernel/ids.ts";
import { type SlashCommand, slashCommandNamed } from "../../../kernel/slash-commands.ts";
import { isObject, type JsonObject, parseJson, stringAt } from "../../../kernel/text/json.ts";

/**
 * What the host writes to a hook's standard input. A host changes faster than we do: members that we don't use are
 * ignored, sources and reasons that we don't know are `other`, and what is no payload at all is `null`.
 */

/** Why a conversation starts, as SessionStart says. */
export const SESSION_SOURCES = ["startup", "resume", "clear", "compact", "fork"] as const;

/** One of the sources that we know, or `other`. */
export type SessionSource = (typeof SESSION_SOURCES)[number] | "other";

/** What every hook's payload carries. */
export type HookPayload = {
  readonly session: SessionId;
  /** The conversation's JSONL file, which may not be there yet. */
  readonly transcriptPath: string | null;
};

/** SessionStart's payload. */
export type SessionStartPayload = HookPayload & { readonly source: SessionSource };

/** SessionEnd's payload: `isClear` when `/clear` ended the conversation and the host goes on. */
export type SessionEndPayload = HookPayload & { readonly isClear: boolean };

/** UserPromptExpansion's payload for one of our commands. */
export type ExpansionPayload = HookPayload & { readonly command: SlashCommand; readonly words: string };

/** Reads SessionStart's standard input, or answers `null`. */
export function readSessionStart(stdin: string): SessionStartPayload | null {
  const read = readPayload(stdin);
  const source = read && SESSION_SOURCES.find((known) => known === stringAt(read.json, "source"));
  return read && { ...read.payload, source: source ?? "other" };
}

/** Reads UserPromptSubmit's standard input, or answers `null`. */
export function readPrompt(stdin: string): HookPayload | null {
  return readPayload(stdin)?.payload ?? null;
}

/** Reads SessionEnd's standard input, or answers `null`. */
export function readSessionEnd(stdin: string): SessionEndPayload | null {
  const read = readPayload(stdin);
  return read && { ...read.payload, isClear: stringAt(read.json, "reason") === "clear" };
}

/** Reads UserPromptExpansion's standard input, or answers `null`: also for a command that is not ours. */
export function readExpansion(stdin: string): ExpansionPayload | null {
  const read = readPayload(stdin);
  const command = read && slashCommandNamed(stringAt(read.json, "command_name") ?? "");
  return read && command ? { ...read.payload, command, words: stringAt(read.json, "command_args") ?? "" } : null;
}

function readPayload(stdin: string): { json: JsonObject; payload: HookPayload } | null {
  const json = parseJson(stdin.startsWith("\ufeff") ? stdin.slice(1) : stdin);
  if (!isObject(json)) return null;
  const session = parseSessionId(stringAt(json, "session_id") ?? "");
  if (!session) return null;
  return { json, payload: { session, transcriptPath: stringAt(json, "transcript_path") || null } };
}
