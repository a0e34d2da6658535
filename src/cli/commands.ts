import type { Command } from "./command.ts";

/** How a command is found: what it does in a line, and its module, loaded only when it runs. */
export type CommandEntry =
  | { readonly summary: string; readonly load: () => Promise<Command> }
  | { readonly summary: string; readonly group: Readonly<Record<string, CommandEntry>> };

/** Every command of the binary, in the order that help shows them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {};
