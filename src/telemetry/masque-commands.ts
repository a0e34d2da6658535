/**
 * The slash commands of masque, by the names that `commands/` gives them. Claude Code reports the command of a prompt as
 * `command_name`: `masques:don` from the plugin, `don` after `masque setup claude`.
 */
export const MASQUE_COMMANDS = [
  "audience",
  "doff",
  "don",
  "id",
  "inspect",
  "list",
  "performance",
  "sync-manifest",
] as const;

const NAMES: ReadonlySet<string> = new Set(MASQUE_COMMANDS.flatMap((name) => [name, `masques:${name}`]));

/** Whether a `command_name` is one of masque's own. */
export function isMasqueCommand(name: string): boolean {
  return NAMES.has(name);
}
