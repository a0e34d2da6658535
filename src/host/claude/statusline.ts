import { parseSessionId } from "../../kernel/ids.ts";
import { isObject, parseJson, stringAt } from "../../kernel/text/json.ts";
import type { StatusPayload } from "../host.ts";

/** Claude Code's status line: what it writes to standard input, and the command that it runs. */

/** Reads the status line's standard input; anything else says nothing. */
export function readStatusPayload(stdin: string): StatusPayload {
  const json = parseJson(stdin);
  if (!isObject(json)) return { session: null, project: null };
  const workspace = json["workspace"];
  const project = isObject(workspace) ? stringAt(workspace, "project_dir") : undefined;
  return { session: parseSessionId(stringAt(json, "session_id") ?? "") ?? null, project: project || null };
}

/** The command for the settings: ours, which runs the one that was there first. */
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
