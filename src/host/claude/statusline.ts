import { parseSessionId, type SessionId } from "../../kernel/ids.ts";
import { isObject, parseJson, stringAt } from "../../kernel/text/json.ts";
import { printableLine } from "../../kernel/text/printable.ts";

/** The host's status line: what it says on standard input, and the line that answers it. */

const MINUTE_MS = 60_000;
/** Up to here minutes say more than hours. */
const MINUTES_MAX = 120;

/** What the host says of itself; each may be missing. */
export type StatusPayload = { readonly session: SessionId | null; readonly project: string | null };

/** Reads the status line's standard input; what is no payload says nothing. */
export function readStatusPayload(stdin: string): StatusPayload {
  const json = parseJson(stdin);
  if (!isObject(json)) return { session: null, project: null };
  const workspace = json["workspace"];
  const project = isObject(workspace) ? stringAt(workspace, "project_dir") : undefined;
  return { session: parseSessionId(stringAt(json, "session_id") ?? "") ?? null, project: project || null };
}

/** What is worn, in one short line: `Codesmith 0.2.0 · 12 min`. */
export function statusText(worn: {
  readonly name: string;
  readonly version: string;
  readonly sinceMs: number;
}): string {
  return printableLine(`${worn.name} ${worn.version} · ${durationText(worn.sinceMs)}`);
}

function durationText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  return minutes < MINUTES_MAX ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** The command for the settings: ours, with the one that was there chained behind it. */
export function statusCommand(program: readonly string[], former: string | null): string {
  const call = [...program, "statusline"].map(shellWord).join(" ");
  return former === null ? call : `${call} --after=${shellWord(former)}`;
}

/** Whether a status line's command is one of ours, whichever binary it names. */
export function isStatusCommand(command: string): boolean {
  return /(?:^|[/\\])(?:masque(?:\.exe)?|main\.ts)'? statusline(?: |$)/.test(command);
}

/** One word of a POSIX shell, quoted only where it must be. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
