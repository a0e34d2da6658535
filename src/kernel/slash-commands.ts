/** The plugin's name, which Claude Code puts before the commands of the plugin: `masques:don`. */
const PLUGIN_PREFIX = "masques:";

/**
 * Our slash commands, each the command of the binary that it runs: one file each in `commands/`.
 * The judge knows a prompt that asks masque something by them.
 */
export const SLASH_COMMANDS = [
  "audience",
  "doff",
  "don",
  "id",
  "inspect",
  "list",
  "performance",
  "sync-manifest",
] as const;

/** One of our slash commands, without the plugin's name. */
export type SlashCommand = (typeof SLASH_COMMANDS)[number];

/**
 * Matches our commands alone, from the plugin and from setup. Claude Code takes a matcher that holds more than letters,
 * digits, `_` and `|` for a regular expression (seen on 2.1.197 and 2.1.330).
 */
export const SLASH_COMMAND_MATCHER = `^(?:${PLUGIN_PREFIX})?(?:${SLASH_COMMANDS.join("|")})$`;

/** The command that Claude Code names `name`, or `undefined` where the command is not one of ours. */
export function slashCommandNamed(name: string): SlashCommand | undefined {
  const word = name.startsWith(PLUGIN_PREFIX) ? name.slice(PLUGIN_PREFIX.length) : name;
  return SLASH_COMMANDS.find((command) => command === word);
}
