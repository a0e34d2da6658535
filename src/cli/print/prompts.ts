import type { World } from "../../kernel/world.ts";

/** One line of a list to choose from. */
export type Choice = { readonly value: string; readonly label: string };

/** Questions to a person at a terminal, where {@link canPrompt} says that there is one. Esc, Ctrl-C and Ctrl-D cancel. */
export type Prompts = {
  /** Whether the person says yes. Enter alone and a cancelled question mean no. */
  confirm(question: string): Promise<boolean>;
  /** What the person types on one line, which may be empty; `null` where the question is cancelled. */
  ask(question: string): Promise<string | null>;
  /**
   * The value of the line that the person chooses; `null` where the question is cancelled.
   *
   * @param start The value of the line to begin at.
   */
  choose(question: string, choices: readonly Choice[], start: string | undefined): Promise<string | null>;
};

/** Whether a person can be asked here: prompts read standard input, write standard output and move the cursor. */
export function canPrompt({ io, env }: Pick<World, "io" | "env">): boolean {
  return io.canAsk && io.stdout.isTerminal && env["TERM"] !== "dumb";
}
