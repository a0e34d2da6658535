/** One column: its heading, how its cells look once they are padded, and whether they are numbers, which align right. */
export type Column = {
  readonly heading: string;
  readonly style?: (text: string) => string;
  readonly isNumber?: boolean;
};

const GAP = "  ";
const LAST_COLUMN_WIDTH_MIN = 12;
const ELLIPSIS = "…";

/**
 * Rows of printable text under headings. The last column is cut to what the width leaves it; the others are never cut.
 *
 * @param width Columns of the terminal; `Infinity` where nothing may be lost.
 */
export function tableText(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_column, at) => Math.max(...all.map((row) => Bun.stringWidth(row[at] ?? ""))));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  const last = Math.max(LAST_COLUMN_WIDTH_MIN, width - before);
  const lines = all.map((row, index) => {
    const cells = columns.map(({ style, isNumber }, at) => {
      const isLast = at === columns.length - 1;
      const padded = isNumber ? padLeft : pad;
      const cell = isLast ? cut(row[at] ?? "", last) : padded(row[at] ?? "", widths[at] ?? 0);
      return style && index > 0 ? style(cell) : cell;
    });
    return cells.join(GAP).trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - Bun.stringWidth(text))) + text;
}

/** The text within a width, whole characters only, with an ellipsis for what was cut. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    if (Bun.stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}${ELLIPSIS}`;
}
