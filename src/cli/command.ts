import type { ArgsDef, ParsedArgs } from "citty";
import type { Deps } from "../deps.ts";
import type { ExitCode } from "../kernel/errors.ts";

/** One command: its flags, what help shows below them, and what it does with them. */
export type Command<A extends ArgsDef = ArgsDef> = {
  readonly args: A;
  /** Flags that take one value or several: `--logs a b`, `--logs a --logs b`. */
  readonly lists?: Readonly<Record<string, { description: string; valueHint: string }>>;
  /**
   * What words beyond the declared positionals are, as help shows it; without it they are refused. Empty where help shows
   * none and the command refuses them itself, because it knows a better answer.
   */
  readonly rest?: string;
  /** Flags come before the first word; that word and all after it are text, whatever they begin with. */
  readonly flagsFirst?: true;
  /** Command lines as a person types them, each with what it is for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /**
   * Answers an exit status, or nothing for 0.
   *
   * @param runLine Runs another command line, for a command that is only another way to give one.
   */
  run(given: Given<A>, deps: Deps, runLine: RunLine): Promise<ExitCode | undefined>;
};

/** Runs a command line, its words without the program's name, in a world. */
export type RunLine = (argv: readonly string[], deps: Deps) => Promise<ExitCode>;

/** What was typed: the flags and positionals declared, the list flags, and the words left over. */
export type Given<A extends ArgsDef> = {
  readonly args: Pick<ParsedArgs<A>, keyof A>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
};

/** One row of a table of commands: what the command does, in a line, and its module, which is loaded only when the command runs. */
export type CommandEntry = { readonly summary: string } & (
  | { readonly load: () => Promise<Command> }
  | { readonly group: CommandTable }
);

/** Commands by name, in the order that help shows them. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** Declares a command; the types of what it is given follow from `args`. */
export function defineMasqueCommand<const A extends ArgsDef>(command: Command<A>): Command {
  // The table of commands holds them all under one type; `run.ts` hands each only what its own `args` produced.
  return command as unknown as Command;
}

/** `--json`, on every command that prints. */
export const jsonFlag = {
  json: { type: "boolean", description: "Print one JSON value instead of text", default: false },
} as const satisfies ArgsDef;
