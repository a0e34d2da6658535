import { printable, printableLine } from "../kernel/text/printable.ts";
import type { Problem } from "./reading.ts";

/** One problem for people: where, what, the lines around it, and the fix. */
export function problemText({ file, line, column, severity, message, hint, rule, reason, frame }: Problem): string {
  const shownRule = rule === undefined ? "" : ` [${rule}]`;
  const lines = [`${printableLine(file)}:${line}:${column}: ${severity}: ${printable(message)}${shownRule}`];
  if (frame) lines.push(frame);
  if (reason) lines.push(`  why: ${printable(reason)}`);
  if (hint) lines.push(`  hint: ${printable(hint)}`);
  return lines.join("\n");
}
