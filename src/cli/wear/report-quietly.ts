import type { Deps } from "../../deps.ts";
import { printable } from "../../kernel/text/printable.ts";

/** Says on stderr what stopped a command that Claude Code calls, with `MASQUE_DEBUG=1` alone: such a command never breaks Claude Code. */
export function reportQuietly(command: string, error: unknown, deps: Deps): void {
  if (!deps.env["MASQUE_DEBUG"]) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  deps.io.stderr.write(`masque ${command}: ${printable(text)}\n`);
}
