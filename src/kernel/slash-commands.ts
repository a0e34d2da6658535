/** The plugin's name, which Claude Code puts before the commands of the plugin: `masques:don`. */
const PLUGIN_PREFIX = "masques:";

/**
 * masque's slash commands. Each runs the command of the same name, and has a file in `commands/`. The judge uses the names to find
 * prompts that ask masque something.
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

/** One of masque's slash commands, without the plugin's name. */
export type SlashCommand = (typeof SLASH_COMMANDS)[number];

/**
 * Matches masque's commands alone, from the plugin and from setup. Claude Code takes a matcher that holds more than letters,
 * digits, `_` and `|` for a regular expression (seen on 2.1.197 and 2.1.330).
 */
export const SLASH_COMMAND_MATCHER = `^(?:${PLUGIN_PREFIX})?(?:${SLASH_COMMANDS.join("|")})$`;

/** The command that Claude Code names `name`, or `undefined` where the command is not masque's. */
export function slashCommandNamed(name: string): SlashCommand | undefined {
  const word = name.startsWith(PLUGIN_PREFIX) ? name.slice(PLUGIN_PREFIX.length) : name;
  return SLASH_COMMANDS.find((command) => command === word);
}
