import type { Env } from "../paths.ts";

/**
 * Workflow commands of GitHub's runner. The runner reads both output streams of a step and obeys `##[name …]` anywhere in
 * a line, and `::name …::` at the start of a line, also after spaces. The name of a masque, a file or a session may look like
 * that. {@link disarmed} is applied to all output, so that no command has to do it.
 *
 * @source github.com/actions/runner, ActionCommand.cs, TryParse and TryParseV2.
 */

/** Whether GitHub's runner reads what this process writes. */
export function isReadByRunner(env: Env): boolean {
  return Boolean(env["GITHUB_ACTIONS"]);
}

/**
 * Text in which the runner finds no command. One character of each command becomes an escape that JSON reads as the same
 * character, so a JSON text keeps its value.
 */
export function disarmed(text: string): string {
  return withoutOlderCommands(text).replace(/(^|[\r\n])((?:[^\S\r\n]|\u0085)*)::/g, "$1$2\\u003a:");
}

/** The same for the older kind alone, the only one that JSON text can hold. */
export function withoutOlderCommands(text: string): string {
  return text.replaceAll("##[", "#\\u0023[");
}
