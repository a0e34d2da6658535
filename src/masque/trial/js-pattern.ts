/** A pattern of JavaScript's: its source, and its flags. */
export type JsPattern = { readonly source: string; readonly flags: string };

/** What RE2 means otherwise than JavaScript does, or JavaScript does not have. */
const ONLY_RE2 = /\\[AzQECpPx]|\[\[:|\(\?[ims]*U|\(\?[imsU-]+\)/;

/**
 * A pattern in RE2's syntax as JavaScript reads it: flags at its beginning become flags, and `(?P<name>` becomes `(?<name>`.
 * `undefined` for a pattern that JavaScript would read otherwise, or not at all.
 */
export function jsPattern(re2: string): JsPattern | undefined {
  const [all = "", given = ""] = /^\(\?([ims]+)\)/.exec(re2) ?? [];
  const flags = [...new Set(given)].join("");
  const source = re2.slice(all.length).replaceAll("(?P<", "(?<");
  if (ONLY_RE2.test(source)) return undefined;
  try {
    new RegExp(source, flags);
  } catch {
    // A pattern that JavaScript refuses is left to a person or a model.
    return undefined;
  }
  return { source, flags };
}
