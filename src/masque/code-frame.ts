import { printableLine } from "../kernel/text/printable.ts";

const LINES_AROUND = 1;
const WIDTH_MAX = 100;

/**
 * The lines around a place in a text, with the place marked, ready to print: foreign characters are made visible and
 * long lines are cut around the mark.
 *
 * @param place Line and column, both from 1.
 */
export function codeFrame(text: string, place: { readonly line: number; readonly column: number }): string {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, place.line - LINES_AROUND);
  const last = Math.min(Math.max(lines.length, place.line), place.line + LINES_AROUND);
  const gutter = String(last).length;
  const skipped = Math.max(0, place.column - WIDTH_MAX);
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const source = lines[number - 1] ?? "";
    const isMarked = number === place.line;
    const shown = printableLine(source.slice(skipped, skipped + WIDTH_MAX + LINES_AROUND));
    frame.push(`${isMarked ? ">" : " "} ${String(number).padStart(gutter)} | ${shown}`.trimEnd());
    if (isMarked) {
      const before = printableLine(source.slice(skipped, place.column - 1)).length;
      frame.push(`  ${" ".repeat(gutter)} | ${" ".repeat(before)}^`);
    }
  }
  return frame.join("\n");
}
