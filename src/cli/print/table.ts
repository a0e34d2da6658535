import { cut } from "./wrap.ts";

/** One column of a table. */
export type Column = {
  readonly heading: string;
  /** How a cell looks, once it is padded. */
  readonly style?: (text: string) => string;
  /** Numbers align right. */
  readonly isNumber?: boolean;
  /** Where the terminal is narrow, cells are cut to as little as this. A column without it is never cut. One column at most has it. */
  readonly columnsMin?: number;
  /** Left out where the terminal is narrow; the last such column first. */
  readonly isOptional?: boolean;
};

/** A table as lines, and the headings of the columns that found no room. */
export type Table = { readonly lines: readonly string[]; readonly leftOut: readonly string[] };

const GAP = "  ";

/**
 * Rows of printable text below headings.
 *
 * @param width Columns of the terminal; `Infinity` where nothing may be lost.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): Table {
  const all = [columns.map(({ heading }) => heading), ...rows];
  const natural = columns.map((_, at) => Math.max(...all.map((row) => Bun.stringWidth(row[at] ?? ""))));
  const fitting = fit(columns, natural, width);
  const lines = all.map((row, index) => {
    const cells = fitting.map(({ at, columns: room }) => {
      const { style, isNumber } = columns[at] ?? {};
      const cell = padded(cut(row[at] ?? "", room), room, isNumber === true);
      return style && index > 0 ? style(cell) : cell;
    });
    return cells.join(GAP).trimEnd();
  });
  const leftOut = columns.filter((_, at) => !fitting.some((one) => one.at === at)).map(({ heading }) => heading);
  return { lines, leftOut };
}

/** The same as text, for a table whose reader does not miss what was left out. */
export function tableText(...given: Parameters<typeof table>): string {
  return `${table(...given).lines.join("\n")}\n`;
}

/** Which columns are shown, by their index, and how wide each is. */
function fit(columns: readonly Column[], natural: readonly number[], width: number) {
  const least = (at: number) => Math.min(natural[at] ?? 0, columns[at]?.columnsMin ?? Number.POSITIVE_INFINITY);
  const taken = (shown: readonly number[]) => shown.reduce((sum, at) => sum + least(at) + GAP.length, -GAP.length);
  let shown = columns.map((_, at) => at);
  while (taken(shown) > width) {
    const last = shown.findLast((at) => columns[at]?.isOptional);
    if (last === undefined) break;
    shown = shown.filter((at) => at !== last);
  }
  const spare = Math.max(0, width - taken(shown));
  return shown.map((at) => ({ at, columns: Math.min(natural[at] ?? 0, least(at) + spare) }));
}

function padded(text: string, width: number, isNumber: boolean): string {
  const spaces = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
  return isNumber ? spaces + text : text + spaces;
}
