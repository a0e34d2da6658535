import { join } from "node:path";
import type { SetupFile } from "../../setup/plan.ts";
import { shellWord } from "../statusline.ts";
import { embedCommands } from "./commands-macro.ts" with { type: "macro" };
import type { CommandTexts } from "./commands-macro.ts";

/**
 * The slash commands for people without the plugin: the same texts, with the path of the script written in, because Claude
 * Code substitutes the plugin's folder in a plugin alone.
 */

const TEXTS: CommandTexts = embedCommands();
const PLUGIN_SCRIPT = `"\${CLAUDE_PLUGIN_ROOT}/commands/run.sh"`;
/** The line of the script that names no program yet. */
const RECORDED = "recorded=\n";

/**
 * Every file that setup puts in place: the script, then the commands.
 *
 * @param at `program` is the command line that starts masque; the script starts it before any other.
 */
export function commandFiles(at: { claude: string; runSh: string; program: readonly string[] }): SetupFile[] {
  const script = shellWord(at.runSh);
  const commands = Object.entries(TEXTS.commands).map(([file, text]) => ({
    path: join(at.claude, "commands", file),
    text: text.replaceAll(PLUGIN_SCRIPT, script),
    says: `the slash command /${file.slice(0, -".md".length)}`,
  }));
  return [{ path: at.runSh, text: scriptFor(at.program), says: "the script that the slash commands run" }, ...commands];
}

/** A program that runs from source is two words, which the script cannot record: then the PATH decides. */
function scriptFor(program: readonly string[]): string {
  const [binary, ...more] = program;
  if (binary === undefined || more.length > 0) return TEXTS.runSh;
  return TEXTS.runSh.replace(RECORDED, () => `recorded=${shellWord(binary)}\n`);
}
