import { LIMITS } from "../../kernel/limits.ts";
import { ESCAPED_BYTES, ESCAPES, escapeBytes, IS_ESCAPED } from "./json-escapes.ts";
import { NOT_TRANSCODABLE } from "./not-transcodable.ts";

/**
 * One line of JSON while it is written, as bytes. Short things are written many times over, so whatever costs an object or
 * a call into the engine is avoided; `tests/bench/decode.ts` shows what that buys.
 *
 * Text is never decoded: JSON escapes nothing beyond ASCII, so the bytes of a UTF-8 string are the bytes of its JSON
 * but for quotes, backslashes and control characters. Whether they are UTF-8 at all is for the caller to ask, once, of
 * the whole line: strings end at an ASCII quote, so no mistake in one is made good by the next.
 */

const FIRST_BYTES = 256 * 1024;
const [NEWLINE, QUOTE, COMMA, MINUS, ZERO] = [0x0a, 0x22, 0x2c, 0x2d, 0x30];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const [SPACE, BACKSLASH] = [0x20, 0x5c];
const BILLION = 1_000_000_000;
const BILLION_DIGITS = 9;
const UINT64_DIGITS = 20;
const HALF = 0x1_0000;
const UINT32 = 0x1_0000_0000;
/** Of the high half: below, the integer is one that a number holds. */
const SAFE_HIGH = 0x20_0000;
const NOTHING = new Uint8Array(0);

/** A line being written. Used for one after another: what is taken of it is a copy. */
export class LineSink {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** How much has been written; set back, what lies beyond is forgotten. */
  length = 0;

  /** What was written, valid until the next is. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  /** What was written, to be kept, and a newline behind it. */
  takeLine(): Uint8Array {
    this.#reserve(1);
    this.#bytes[this.length++] = NEWLINE;
    return this.#bytes.slice(0, this.length);
  }

  /** A few bytes as they are. */
  put(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#reserve(length);
    const to = this.#bytes;
    let at = this.length;
    for (let from = 0; from < length; from++) to[at++] = bytes[from] ?? 0;
    this.length = at;
  }

  /** Ends the object that begins at `start`, whose fields each put a comma first. */
  closeObject(start: number): void {
    this.#close(start, OPEN_BRACE, CLOSE_BRACE);
  }

  /** Ends the array that begins at `start`, whose elements each put a comma first. */
  closeArray(start: number): void {
    this.#close(start, OPEN_BRACKET, CLOSE_BRACKET);
  }

  /** A part of some bytes, as it is. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    const to = this.#bytes;
    let at = this.length;
    for (let next = start; next < end; next++) to[at++] = from[next] ?? 0;
    this.length = at;
  }

  /** One byte as it is. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Before each element of an array. */
  comma(): void {
    this.byte(COMMA);
  }

  /** A string whose UTF-8 lies in `from`. */
  string(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start + 2);
    let to = this.#bytes;
    let at = this.length;
    to[at++] = QUOTE;
    for (let next = start; next < end; next++) {
      const byte = from[next] ?? 0;
      if (IS_ESCAPED[byte] === 0) {
        to[at++] = byte;
      } else {
        this.length = at;
        this.#escape(byte, end - next);
        to = this.#bytes;
        at = this.length;
      }
    }
    to[at++] = QUOTE;
    this.length = at;
  }

  /**
   * Copies a string of JSON that is written as `JSON.stringify` would write it; answers where it ends.
   *
   * @throws {Unusual} where the string is written otherwise, or is not a string.
   */
  literal(from: Uint8Array, start: number): number {
    this.#reserve(from.length - start);
    const to = this.#bytes;
    let at = this.length;
    let next = start;
    if (from[next] !== QUOTE) throw NOT_TRANSCODABLE;
    do {
      const byte = from[next] ?? 0;
      to[at++] = byte;
      next += 1;
      if (byte < SPACE) throw NOT_TRANSCODABLE;
      if (byte !== BACKSLASH) continue;
      const escapedBytes = escapeBytes(from, next);
      for (const end = next + escapedBytes; next < end; next++) to[at++] = from[next] ?? 0;
    } while (from[next] !== QUOTE);
    to[at++] = QUOTE;
    this.length = at;
    return next + 1;
  }

  /** Text of ASCII that needs no escapes, such as a number's. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let next = 0; next < text.length; next++) this.#bytes[this.length++] = text.charCodeAt(next);
  }

  /** Text of ASCII that needs no escapes, as a string. */
  quoted(text: string): void {
    this.#quote();
    this.ascii(text);
    this.#quote();
  }

  /** A 64-bit integer as a string, from its unsigned halves. */
  uint64(high: number, low: number): void {
    this.#quote();
    this.#digits64(high, low);
    this.#quote();
  }

  /** The same in two's complement. */
  int64(high: number, low: number): void {
    if (high < 0x8000_0000) {
      this.uint64(high, low);
      return;
    }
    this.#quote();
    this.#bytes[this.length++] = MINUS;
    const negatedLow = (~low + 1) >>> 0;
    this.#digits64((~high + (negatedLow === 0 ? 1 : 0)) >>> 0, negatedLow);
    this.#quote();
  }

  /** A 32-bit integer. */
  int32(value: number): void {
    this.#reserve(UINT64_DIGITS);
    if (value < 0) this.#bytes[this.length++] = MINUS;
    this.#digits(Math.abs(value), 1);
  }

  /** Whether these bytes were written at a place. */
  holds(bytes: Uint8Array, start: number): boolean {
    const { length } = bytes;
    if (start + length > this.length) return false;
    for (let at = 0; at < length; at++) if (this.#bytes[start + at] !== bytes[at]) return false;
    return true;
  }

  /** What was written from a place on, valid until the next is. */
  from(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.length);
  }

  #quote(): void {
    this.#reserve(UINT64_DIGITS + 2);
    this.#bytes[this.length++] = QUOTE;
  }

  #close(start: number, open: number, close: number): void {
    this.#reserve(2);
    if (this.length === start) this.length += 1;
    this.#bytes[start] = open;
    this.#bytes[this.length++] = close;
  }

  /** Long division by 10^9, sixteen bits at a time, as in `int64-text.ts`. */
  #digits64(high: number, low: number): void {
    if (high < SAFE_HIGH) {
      this.#digits(high * UINT32 + low, 1);
      return;
    }
    const top = Math.floor(high / BILLION);
    const middle = (high % BILLION) * HALF + (low >>> 16);
    const bottom = (middle % BILLION) * HALF + (low & 0xffff);
    const quotient = (top * HALF + Math.floor(middle / BILLION)) * HALF + Math.floor(bottom / BILLION);
    this.#digits(quotient, 1);
    this.#digits(bottom % BILLION, BILLION_DIGITS);
  }

  /** The digits of an integer below 2^53, so many of them at least. There is room. */
  #digits(value: number, digitsMin: number): void {
    if (value >= BILLION) {
      this.#digits(Math.floor(value / BILLION), digitsMin);
      this.#digits(value % BILLION, BILLION_DIGITS);
      return;
    }
    let count = digitsMin;
    for (let power = 10 ** count; power <= value; power *= 10) count += 1;
    let rest = value | 0;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.length += count;
  }

  #escape(byte: number, bytesLeft: number): void {
    this.#reserve(bytesLeft + ESCAPED_BYTES + 1);
    this.put(ESCAPES[byte] ?? NOTHING);
  }

  #reserve(more: number): void {
    if (this.length + more > this.#bytes.length) this.#grow(this.length + more);
  }

  /** @throws {Unusual} when a line would be longer than lines may be: it is to be split. */
  #grow(needed: number): void {
    if (needed > LIMITS.otlpLineBytesMax) throw NOT_TRANSCODABLE;
    const grown = new Uint8Array(Math.min(LIMITS.otlpLineBytesMax, Math.max(needed, this.#bytes.length * 2)));
    grown.set(this.written());
    this.#bytes = grown;
  }
}
