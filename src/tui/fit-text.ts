import { printable, printableLine } from "../kernel/text/printable.ts";

/** Text cut and wrapped by the columns it takes on a terminal: wide characters take two, combining marks none. */

const TAB = "  ";
/** The indentation of a wrapped line in a list, so that its text is aligned with the text above. */
const HANGING = /^(\s*)((?:[-*+•]|\d{1,3}[.)])\s+)?/;

/** One line of at most `columns`; a line that was cut ends with an ellipsis. */
export function truncate(text: string, columns: number): string {
  const line = printableLine(text);
  if (columns <= 0) return "";
  if (Bun.stringWidth(line) <= columns) return line;
  const cut = Bun.sliceAnsi(line, 0, columns, "…");
  // The cut is between whole clusters, and in a few scripts a cluster is wider than its counted width.
  return Bun.stringWidth(cut) <= columns ? cut : cutByCharacters(line, columns);
}

function cutByCharacters(line: string, columns: number): string {
  let cut = "";
  for (const character of line) {
    if (Bun.stringWidth(`${cut}${character}…`) > columns) break;
    cut += character;
  }
  return `${cut}…`;
}

/** One line of exactly `columns`: cut, or filled with spaces. */
export function fill(text: string, columns: number): string {
  const line = truncate(text, columns);
  return line + " ".repeat(Math.max(0, columns - Bun.stringWidth(line)));
}

/** A text as lines of at most `columns`; its own lines, indentation and list markers are kept. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines = printable(text.replaceAll("\t", TAB)).replace(/\n+$/, "").split("\n");
  return lines.flatMap((line) => wrapLine(line.trimEnd(), Math.max(1, columns)));
}

function wrapLine(line: string, columns: number): readonly string[] {
  if (Bun.stringWidth(line) <= columns) return [line];
  const [prefix = "", indent = ""] = HANGING.exec(line) ?? [];
  const room = columns - prefix.length;
  // Where the indentation is wider than the screen, it is dropped and the text kept.
  if (room < columns / 2) return Bun.wrapAnsi(line.trim(), columns, { hard: true }).split("\n");
  const wrapped = Bun.wrapAnsi(line.slice(prefix.length), room, { hard: true }).split("\n");
  const marker = prefix.slice(indent.length);
  const under = " ".repeat(prefix.length);
  return wrapped.map((part, index) => (index === 0 ? indent + marker : under) + part);
}
