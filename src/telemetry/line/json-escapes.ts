import { NOT_TRANSCODABLE } from "./not-transcodable.ts";

/** The escapes that `JSON.stringify` writes, as bytes: quotes, backslashes and control characters, nothing beyond ASCII. */

const [LETTER_U, ZERO] = [0x75, 0x30];
const ASCII = new TextEncoder();
/** What follows the backslash of those of two characters. */
const SHORT_ESCAPES = new Set(Buffer.from('"\\bfnrt'));
/** The longest, such as `\u001b`. */
export const ESCAPED_BYTES = 6;

/** What each byte of a string becomes where `JSON.stringify` escapes it; `undefined` stays as it is. */
export const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const text = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
  return byte < 0x80 && text.length > 1 ? ASCII.encode(text) : undefined;
});

/** 1 for each byte that is escaped. */
export const IS_ESCAPED = Uint8Array.from(ESCAPES, (escaped) => (escaped ? 1 : 0));

/**
 * How long an escape is, from behind its backslash, of those that `JSON.stringify` writes.
 *
 * @throws {Unusual} for any other.
 */
export function escapeBytes(from: Uint8Array, at: number): number {
  const letter = from[at] ?? 0;
  if (SHORT_ESCAPES.has(letter)) return 1;
  const [first, second, third, fourth] = [from[at + 1], from[at + 2], from[at + 3] ?? 0, from[at + 4] ?? 0];
  const control = (third - ZERO) * 16 + (fourth < 0x60 ? fourth - ZERO : fourth - 0x57);
  const written = ESCAPES[control];
  const isAsWritten =
    letter === LETTER_U && first === ZERO && second === ZERO && written?.[4] === third && written[5] === fourth;
  if (!isAsWritten) throw NOT_TRANSCODABLE;
  return ESCAPED_BYTES - 1;
}
