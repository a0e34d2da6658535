import { printable, printableJson } from "../../kernel/text/printable.ts";
import { withoutOlderCommands } from "../../kernel/text/runner-commands.ts";
import type { Io } from "../../kernel/world.ts";

/** Says on stderr what people should know of an outcome that succeeded all the same. */
export function printWarnings(io: Io, warnings: readonly string[]): void {
  for (const warning of warnings) io.stderr.write(`masque: ${printable(warning)}\n`);
}

/** One JSON value as `--json` prints it: the same value to a program, and nothing in it that could drive a terminal or a CI runner. */
export function jsonText(value: unknown): string {
  return `${withoutOlderCommands(printableJson(JSON.stringify(value, null, 2)))}\n`;
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return `${withoutOlderCommands(printableJson(JSON.stringify(value)))}\n`;
}
