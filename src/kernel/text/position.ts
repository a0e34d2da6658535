/** A place in a text. Both count from 1; columns in UTF-16 units, as editors do. */
export type Position = { readonly line: number; readonly column: number };

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: end - start + 1 };
}
