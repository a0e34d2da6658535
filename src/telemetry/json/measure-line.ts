import type { CanonicalValue } from "../message.ts";

/** What `JSON.stringify` would write, measured without writing it. */

const [SPACE, QUOTE, BACKSLASH] = [0x20, 0x22, 0x5c];
/** Of the control characters those that are escaped by a letter: backspace, tab, newline, form feed, return. */
const SHORT = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** Bytes of UTF-8 of a canonical value as JSON, exact up to `bytesMax`; once it is beyond, any number beyond. */
export function jsonBytes(value: CanonicalValue | undefined, bytesMax: number): number {
  if (typeof value === "string") return textBytes(value, bytesMax);
  if (typeof value !== "object") return String(value).length;
  let bytes = 1;
  if (Array.isArray(value)) {
    for (const one of value as readonly CanonicalValue[]) {
      bytes += 1 + jsonBytes(one, bytesMax - bytes);
      if (bytes > bytesMax) return bytes;
    }
  } else {
    for (const [name, one] of Object.entries(value)) {
      if (one === undefined) continue;
      bytes += textBytes(name, bytesMax) + 2 + jsonBytes(one, bytesMax - bytes);
      if (bytes > bytesMax) return bytes;
    }
  }
  // A bracket on both sides, and a comma between two: of nothing there are the brackets alone.
  return Math.max(2, bytes + (bytes === 1 ? 1 : 0));
}

function textBytes(text: string, bytesMax: number): number {
  let bytes = text.length + 2;
  for (let at = 0; at < text.length && bytes <= bytesMax; at++) bytes += extraBytes(text.charCodeAt(at));
  return bytes;
}

/** What a UTF-16 unit takes beyond one byte; half of a pair takes two bytes of the four that both take. */
function extraBytes(unit: number): number {
  if (unit < SPACE) return SHORT.has(unit) ? 1 : 5;
  if (unit === QUOTE || unit === BACKSLASH) return 1;
  if (unit < 0x80) return 0;
  if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) return 1;
  return 2;
}
