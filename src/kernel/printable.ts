/**
 * Foreign text on a terminal. Control characters (C0, DEL, C1), bidirectional overrides and line separators could move
 * the cursor, retitle the window or reorder what is read, so none is ever printed as itself.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Where the first character stands that could drive a terminal, or -1. Newline and tab are text. */
export function indexOfUnprintable(text: string): number {
  return text.search(UNPRINTABLE);
}

/** The text with every such character made visible as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(new RegExp(UNPRINTABLE, "g"), (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
}

/** JSON text with every such character as JSON escapes it: inside its strings is the only place where one can stand. */
export function printableJson(json: string): string {
  return json.replace(
    new RegExp(UNPRINTABLE, "g"),
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** One printable line: newlines and tabs become spaces too. */
export function printableLine(text: string): string {
  return printable(text.replace(/[\n\t]+/g, " "));
}
