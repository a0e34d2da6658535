/**
 * Where things end in a text of JSON, found without reading them: brackets are counted and strings gone over. Whether what lies
 * between is JSON is for its reader to say. Places beyond the end read as zeros.
 */

const [QUOTE, COMMA, BACKSLASH, SPACE] = [0x22, 0x2c, 0x5c, 0x20];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const BLANKS = new Set([SPACE, 0x09, 0x0a, 0x0d]);

/** The next place that is not blank. */
export function nextToken(bytes: Uint8Array, from: number): number {
  let at = from;
  while (BLANKS.has(bytes[at] ?? 0)) at += 1;
  return at;
}

/** Behind the string that begins at a quote; -1 where it does not end. */
export function stringEnd(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** Behind the value that begins there; -1 where there is none, or it does not end. */
export function valueEnd(bytes: Uint8Array, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  return first === OPEN_BRACE || first === OPEN_BRACKET ? nestedEnd(bytes, start) : wordEnd(bytes, start);
}

function nestedEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at) - 1;
      if (at < 0) return -1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** A number, `true`, `false` or `null`, or whatever is in its place. */
function wordEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && !endsWord(bytes[at] ?? 0)) at += 1;
  return at > start && at < bytes.length ? at : -1;
}

function endsWord(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === QUOTE || BLANKS.has(byte);
}
