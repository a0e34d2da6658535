import type { Command } from "./command.ts";

/** How a command is found: what it does in a line, and its module, loaded only when it runs. */
export type CommandEntry =
  | { readonly summary: string; readonly load: () => Promise<Command> }
  | { readonly summary: string; readonly group: Readonly<Record<string, CommandEntry>> };

/** Every command of the binary, in the order that help shows them. */
export const COMMANDS = {} as const satisfies Readonly<Record<string, CommandEntry>>;

/** Every command as it is typed, such as `don` or `audience start`: tests hold a row for each. */
export type CommandPath = PathsOf<typeof COMMANDS>;

type PathsOf<Group> = {
  [Name in keyof Group & string]: Group[Name] extends { readonly group: infer Inner }
    ? `${Name} ${PathsOf<Inner>}`
    : Name;
}[keyof Group & string];
