import { printable, printableLine } from "../kernel/text/printable.ts";

/** Text cut and wrapped by the columns it takes on a terminal: wide characters take two, combining marks none. */

const TAB = "  ";
/** What a wrapped line of a list is set in by, so that its text stays beneath its text. */
const HANGING = /^(\s*)((?:[-*+•]|\d{1,3}[.)])\s+)?/;

/** One line cut to at most `columns`, ending in an ellipsis where something was cut. */
export function truncate(text: string, columns: number): string {
  const line = printableLine(text);
  if (columns <= 0) return "";
  if (Bun.stringWidth(line) <= columns) return line;
  const cut = Bun.sliceAnsi(line, 0, columns, "…");
  // It cuts whole clusters, which a few scripts make wider than the width that it counts for them.
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
  // Set in deeper than the screen is wide, what matters is the text.
  if (room < columns / 2) return Bun.wrapAnsi(line.trim(), columns, { hard: true }).split("\n");
  const wrapped = Bun.wrapAnsi(line.slice(prefix.length), room, { hard: true }).split("\n");
  const marker = prefix.slice(indent.length);
  const under = " ".repeat(prefix.length);
  return wrapped.map((part, index) => (index === 0 ? indent + marker : under) + part);
}
