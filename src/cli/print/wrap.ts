/** Text within the width of a terminal, in columns: a wide character takes two, a combining mark none. */

export const MARGIN = "  ";
const ELLIPSIS = "…";
const BETWEEN_PARTS = " · ";
const NO_BREAK_SPACE = "\u00a0";

/** The text within a width of at least one column: whole characters, with an ellipsis for what was cut. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text;
  const room = width - Bun.stringWidth(ELLIPSIS);
  // `sliceAnsi` keeps a wide character that begins in the last column, and then answers more columns than asked for.
  for (let end = room; end > 0; end--) {
    const kept = Bun.sliceAnsi(text, 0, end);
    if (Bun.stringWidth(kept) <= room) return kept.trimEnd() + ELLIPSIS;
  }
  return ELLIPSIS;
}

/** The text as lines, broken between words. A word that is longer than a line stays whole, so that it can be copied. */
export function wrapped(text: string, columns: number): string[] {
  if (!Number.isFinite(columns)) return [text];
  return Bun.wrapAnsi(text, Math.max(1, columns)).split("\n");
}

/** A paragraph with a margin: the mark before its first line, the others below the text of the first. Parts between ` · ` stay whole. */
export function paragraph(text: string, columns: number, mark = ""): string[] {
  const parts = text.split(BETWEEN_PARTS);
  const whole =
    parts.length === 1 ? text : parts.map((part) => part.replaceAll(" ", NO_BREAK_SPACE)).join(`${NO_BREAK_SPACE}· `);
  const inset = MARGIN + " ".repeat(Bun.stringWidth(mark));
  return wrapped(whole, columns - inset.length).map((line, at) => {
    const shown = line.replace(/\u00a0·$/, "").replaceAll(NO_BREAK_SPACE, " ");
    return (at === 0 ? MARGIN + mark : inset) + shown;
  });
}
