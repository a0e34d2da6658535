import { printable, printableJson } from "../../kernel/text/printable.ts";
import { withoutOlderCommands } from "../../kernel/text/runner-commands.ts";
import type { Io } from "../../kernel/world.ts";

/** Prints warnings on stderr: the command succeeded, and people should know about these. */
export function printWarnings(io: Io, warnings: readonly string[]): void {
  for (const warning of warnings) io.stderr.write(`masque: ${printable(warning)}\n`);
}

/** One JSON value as `--json` prints it. Characters that could control a terminal or a CI runner are escaped. */
export function jsonText(value: unknown): string {
  return `${withoutOlderCommands(printableJson(JSON.stringify(value, null, 2)))}\n`;
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return `${withoutOlderCommands(printableJson(JSON.stringify(value)))}\n`;
}
