/** What can be seen of a pattern in RE2's syntax without matching it. */

const ESCAPED = /\\([\s\S])/g;

/** The text that a pattern without operators stands for, such as `Verdict:` for `^Verdict\:`; `undefined` for any other pattern. */
export function literalOf(source: string): string | undefined {
  const bare = source
    .replace(/^\(\?[ims]+\)/, "")
    .replace(/^(?:\^|\\A|\\b)/, "")
    .replace(/(?<!\\)(?:\$|\\z|\\b)$/, "");
  if (/\\[A-Za-z0-9]/.test(bare) || /[.*+?()[\]{}|^$]/.test(bare.replace(ESCAPED, ""))) return undefined;
  return bare.replace(ESCAPED, "$1");
}

/** Classes that hold no character, and assertions that exclude each other. */
const NOTHING: readonly RegExp[] = [
  /\[\^\\s\\S\]|\[\^\\S\\s\]|\[\^\\w\\W\]|\[\^\\W\\w\]|\[\^\\d\\D\]|\[\^\\D\\d\]/,
  /\\b\\B|\\B\\b/,
];
/** The end of the text, and more text after it; without `(?m)` only. */
const AFTER_THE_END =
  /(?<![\\[])\$(?:\^|\\A)?[A-Za-z0-9]|\\z[A-Za-z0-9]|(?<![\\[|(])[A-Za-z0-9:]\^(?![\\\]])|[A-Za-z0-9:]\$\^/;

/** The part of a pattern because of which it matches no text, or `undefined` where none is seen. */
export function impossiblePart(source: string): string | undefined {
  // With alternatives the others may match.
  if (source.includes("|")) return undefined;
  const withoutPairs = source.replaceAll("\\\\", "  ");
  for (const form of NOTHING) {
    const found = form.exec(withoutPairs);
    if (found && !/^[*?]|^\{0/.test(withoutPairs.slice(found.index + found[0].length))) return found[0];
  }
  if (/^\(\?[a-z]*m/.test(source) || source.includes("[")) return undefined;
  return AFTER_THE_END.exec(withoutPairs)?.[0];
}
