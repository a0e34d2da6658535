/**
 * Text in which GitHub's runner finds no command of the older kind: `##[name …]…` is obeyed wherever in a line it stands,
 * and a masque or a file may be called that. Shown as other text that must not act is: `#\u{23}[`.
 *
 * @source github.com/actions/runner, ActionCommand.cs, TryParse.
 */
export function unobeyed(text: string): string {
  return text.replaceAll("##[", "#\\u{23}[");
}

/** The same in JSON text, where an escape keeps the value as it is. */
export function unobeyedJson(json: string): string {
  return json.replaceAll("##[", "#\\u0023[");
}
