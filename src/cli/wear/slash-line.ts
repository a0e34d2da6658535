import type { SlashCommand } from "../../kernel/slash-commands.ts";

/** The command line that a slash command means. For `don`, everything after the name is one word, as it was typed. */
export function slashLine(command: SlashCommand, words: string): readonly string[] {
  if (command !== "don") return [command, ...words.split(/\s+/).filter((word) => word !== "")];
  const [, name, intent = ""] = /^\s*(\S+)(?:\s+([\s\S]*))?$/.exec(words) ?? [];
  if (name === undefined) return ["don"];
  return ["don", "--", name, ...(intent.trim() === "" ? [] : [intent])];
}

/**
 * Questions that masque's hook answers: the command's name, and what may follow the name. The person reads masque's own
 * text, and the model is not asked.
 *
 * Commands that change something stay with the model. Claude Code puts "UserPromptExpansion operation blocked by hook:" above
 * the text, and under that heading "started" would read as if the start had been stopped.
 */
const QUESTIONS: ReadonlyMap<SlashCommand, RegExp> = new Map([
  ["audience", /^(?:status(?:\s.*)?|config|logs)?$/s],
  ["id", /^/],
  ["inspect", /^/],
  ["list", /^/],
  ["performance", /^/],
]);

/** Whether a command only asks masque something, by its name and by the words that were typed after the name. */
export function isQuestion(command: SlashCommand, words: string): boolean {
  return QUESTIONS.get(command)?.test(words.trim()) ?? false;
}
