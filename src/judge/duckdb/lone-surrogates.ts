/** An escape, or any character behind a backslash: pairs of backslashes must not be read as the start of an escape. */
const ESCAPE = /\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/gs;
const LONE = /^\\u[dD][89a-fA-F]/;
const ESCAPE_CHARS = 6;

/**
 * JSON text with lone surrogate escapes replaced by U+FFFD. JavaScript writes them where a prompt was cut inside an
 * emoji, and reads them back; DuckDB takes them for damage.
 */
export function replaceLoneSurrogates(json: string): string {
  return json.replace(ESCAPE, (found) => (found.length === ESCAPE_CHARS && LONE.test(found) ? "\\ufffd" : found));
}
