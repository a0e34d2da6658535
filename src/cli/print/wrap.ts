import { cut } from "./table.ts";

/** Text and tables within a terminal's width, two columns in. */

const MARGIN = "  ";
const GAP = "  ";
const FIRST_WIDTH_MIN = 12;

/** Words over as many lines as it takes; lines but the first stand in behind the mark. */
export function fill(text: string, columns: number, mark = ""): string[] {
  const lines: string[] = [];
  const inset = MARGIN + " ".repeat(mark.length);
  let current = MARGIN + mark;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    const joined = isEmpty ? current + word : `${current} ${word}`;
    if (!isEmpty && Bun.stringWidth(joined) > columns) {
      lines.push(current);
      current = inset + word;
    } else current = joined;
    isEmpty = false;
  }
  return [...lines, current];
}

/**
 * A table of numbers: the first column is text and gives way to the others, which stand to the right. Columns at the end
 * that do not fit are left out, and named below.
 */
export function numbersTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const all = [headings, ...rows];
  const widths = headings.map((_heading, at) => Math.max(...all.map((row) => Bun.stringWidth(row[at] ?? ""))));
  const widthOf = (count: number) =>
    widths.slice(1, count).reduce((sum, width) => sum + GAP.length + width, MARGIN.length);
  let count = headings.length;
  while (count > 2 && widthOf(count) + FIRST_WIDTH_MIN > columns) count -= 1;
  const first = Math.min(widths[0] ?? 0, Math.max(FIRST_WIDTH_MIN, columns - widthOf(count)));
  const lines = all.map((row) => {
    const name = cut(row[0] ?? "", first);
    const numbers = row.slice(1, count).map((cell, at) => cell.padStart(widths[at + 1] ?? 0));
    return `${MARGIN}${[name + " ".repeat(Math.max(0, first - Bun.stringWidth(name))), ...numbers].join(GAP)}`.trimEnd();
  });
  const left = headings.slice(count);
  return left.length === 0 ? lines : [...lines, ...fill(`No room here for: ${left.join(", ")}`, columns)];
}
