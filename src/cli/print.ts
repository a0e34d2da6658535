import { printable } from "../kernel/printable.ts";
import type { Io } from "../kernel/world.ts";

/** Says on stderr what people should know of an outcome that succeeded all the same. */
export function printWarnings(io: Io, outcome: { warnings: readonly string[]; setAside: string | null }): void {
  for (const warning of outcome.warnings) io.stderr.write(`masque: ${printable(warning)}\n`);
  if (outcome.setAside !== null) {
    io.stderr.write(
      `masque: the session file was corrupt; it is kept as "${printable(outcome.setAside)}" and a new one begun\n`,
    );
  }
}

/** One JSON value as `--json` prints it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
