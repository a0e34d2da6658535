import { printable, printableLine } from "../kernel/text/printable.ts";
import type { Problem } from "./reading.ts";

/** One problem for people: where, what, the lines around it, and the fix. */
export function problemText({ file, line, column, severity, message, hint, frame }: Problem): string {
  const lines = [`${printableLine(file)}:${line}:${column}: ${severity}: ${printable(message)}`];
  if (frame) lines.push(frame);
  if (hint) lines.push(`  hint: ${printable(hint)}`);
  return lines.join("\n");
}
