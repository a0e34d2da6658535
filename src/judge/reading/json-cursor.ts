import { parseJson } from "../../kernel/json.ts";
import { UNUSUAL } from "../../telemetry/unusual.ts";
import { Guess, guessOf, type LateTexts } from "./guess.ts";

/**
 * A place in lines of JSON that are read as bytes: no blanks between tokens, as exporters and our own writer leave none. What
 * it passes over it has looked at, so that a line read to its end is JSON. Every method throws `UNUSUAL` where it finds
 * another thing than it is for.
 *
 * A line ends at a newline or with the bytes: neither may stand in a token, so nothing is read beyond it.
 */

const [QUOTE, COMMA, MINUS, POINT, ZERO, COLON, BACKSLASH] = [0x22, 0x2c, 0x2d, 0x2e, 0x30, 0x3a, 0x5c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const [SPACE, LETTER_U] = [0x20, 0x75];
const TRUE = guessOf("true");
const FALSE = guessOf("false");
/** What may follow a backslash alone. */
const IS_ESCAPE = tableOf('"\\/bfnrt');
const IS_HEX = tableOf("0123456789abcdefABCDEF");
const HEX_DIGITS = 4;
/** A number of so many digits is a double, digit for digit, and so is this power of ten. */
const DIGITS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: DIGITS_MAX + 1 }, (_, power) => 10 ** power);
const UNIX_NANO_DIGITS = 19;
const BILLION_DIGITS = 9;
const BILLION = 1_000_000_000n;

/** Reads what comes next in some bytes. */
export class JsonCursor {
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #lastDigits = new Guess(UNIX_NANO_DIGITS + 1);
  #lastUnixNano = 0n;
  /** Offset of the byte that comes next. */
  at = 0;

  /** Begins at an offset. */
  open(bytes: Buffer, at: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.at = at;
  }

  /** The byte that comes next; 0 behind the last. */
  get next(): number {
    return this.#bytes[this.at] ?? 0;
  }

  /** Passes over one byte. */
  expect(byte: number): void {
    if (this.#bytes[this.at] !== byte) throw UNUSUAL;
    this.at += 1;
  }

  /** Passes over what was guessed, if it comes next. */
  skips(guess: Guess): boolean {
    if (!guess.isAt(this.#view, this.at)) return false;
    this.at += guess.length;
    return true;
  }

  /** What lies there, as a guess. */
  guess(start: number, end: number): Guess {
    return Guess.of(this.#view, start, end);
  }

  /** Passes over the opening of an array or object; answers whether there is anything in it, else over its end too. */
  opens(opening: number, closing: number): boolean {
    this.expect(opening);
    if (this.next !== closing) return true;
    this.at += 1;
    return false;
  }

  /** Whether an array or object goes on with another member, or else ends with that byte, which is passed over. */
  goesOn(end: number): boolean {
    const byte = this.next;
    this.at += 1;
    if (byte === COMMA) return true;
    if (byte !== end) throw UNUSUAL;
    return false;
  }

  /** Passes over a key without escapes, and its colon. */
  skipKey(): void {
    this.expect(QUOTE);
    if (this.skipText()) throw UNUSUAL;
    this.expect(COLON);
  }

  /** The text of a string, whose opening quote was passed over. */
  text(late: LateTexts): string {
    const start = this.at;
    const known = late.at(this.#view, start);
    if (known) {
      this.at = start + known.length;
      return known.text;
    }
    const hasEscapes = this.skipText();
    const end = this.at;
    const text = hasEscapes ? parseJson(this.slice(start - 1, end)) : this.slice(start, end - 1);
    if (typeof text !== "string") throw UNUSUAL;
    late.remember(text, this.#view, { start, end });
    return text;
  }

  /** Passes over what is left of a string, its closing quote included; answers whether there are escapes in it. */
  skipText(): boolean {
    const bytes = this.#bytes;
    let { at } = this;
    let hasEscapes = false;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      if (byte === QUOTE) break;
      if (byte < SPACE) throw UNUSUAL;
      if (byte === BACKSLASH) {
        hasEscapes = true;
        at = this.#behindEscape(at);
      }
    }
    this.at = at;
    return hasEscapes;
  }

  /** A number. */
  number(): number {
    const start = this.at;
    const number = this.#decimal();
    if (number !== undefined) return number;
    this.at = start;
    this.#skipBare();
    const value = parseJson(this.slice(start, this.at));
    if (typeof value !== "number") throw UNUSUAL;
    return value;
  }

  /** `true` or `false`. */
  truth(): boolean {
    if (this.skips(TRUE)) return true;
    if (this.skips(FALSE)) return false;
    throw UNUSUAL;
  }

  /** Nanoseconds since 1970 as a string of 19 digits, which they are from 2001 to 2286. */
  unixNano(): bigint {
    this.expect(QUOTE);
    const start = this.at;
    // Of the two times of a record the second is mostly the first.
    if (this.skips(this.#lastDigits)) return this.#lastUnixNano;
    const end = start + UNIX_NANO_DIGITS;
    const seconds = this.#digits(start, end - BILLION_DIGITS);
    const nanos = this.#digits(end - BILLION_DIGITS, end);
    this.at = end;
    this.expect(QUOTE);
    this.#lastDigits.become(this.#view, start, this.at);
    this.#lastUnixNano = BigInt(seconds) * BILLION + BigInt(nanos);
    return this.#lastUnixNano;
  }

  /** Passes over any value. */
  skipValue(): void {
    const start = this.at;
    switch (this.next) {
      case QUOTE:
        this.at += 1;
        this.skipText();
        return;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#skipNested();
        if (parseJson(this.slice(start, this.at)) === undefined) throw UNUSUAL;
        return;
      default:
        if (this.skips(TRUE) || this.skips(FALSE)) return;
        this.number();
    }
  }

  /** What the bytes say. */
  slice(start: number, end: number): string {
    return this.#bytes.toString("utf8", start, end);
  }

  /** Offset behind an escape, from behind its backslash. */
  #behindEscape(at: number): number {
    const bytes = this.#bytes;
    const letter = bytes[at] ?? 0;
    if (IS_ESCAPE[letter]) return at + 1;
    if (letter !== LETTER_U) throw UNUSUAL;
    const end = at + 1 + HEX_DIGITS;
    for (let digit = at + 1; digit < end; digit++) if (!IS_HEX[bytes[digit] ?? 0]) throw UNUSUAL;
    return end;
  }

  /**
   * A decimal of few digits, as the double that is nearest: both numbers of its one division are exact (W. D. Clinger, "How
   * to Read Floating Point Numbers Accurately", 1990). `undefined` for another number, or none.
   */
  #decimal(): number | undefined {
    const isNegative = this.next === MINUS;
    if (isNegative) this.at += 1;
    const start = this.at;
    let digits = this.#digitsFrom(start);
    let value = this.#digits(start, start + digits);
    this.at += digits;
    if (digits === 0 || (digits > 1 && this.#bytes[start] === ZERO)) return undefined;
    if (this.next === POINT) {
      const places = this.#digitsFrom(this.at + 1);
      if (places === 0) return undefined;
      digits += places;
      value = value * (POWERS_OF_TEN[places] ?? 0) + this.#digits(this.at + 1, this.at + 1 + places);
      value /= POWERS_OF_TEN[places] ?? 1;
      this.at += 1 + places;
    }
    if (digits > DIGITS_MAX || !this.#isAtEnd()) return undefined;
    return isNegative ? -value : value;
  }

  /** How many digits stand there. */
  #digitsFrom(start: number): number {
    let at = start;
    while (isDigit(this.#bytes[at] ?? 0)) at += 1;
    return at - start;
  }

  /** What the digits there say. */
  #digits(start: number, end: number): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (!isDigit(byte)) throw UNUSUAL;
      value = value * 10 + byte - ZERO;
    }
    return value;
  }

  /** Whether a bare value may end here. */
  #isAtEnd(): boolean {
    const byte = this.next;
    return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
  }

  /** Over a number or a word, to what ends it. */
  #skipBare(): void {
    for (; !this.#isAtEnd(); this.at++) if (this.next <= SPACE) throw UNUSUAL;
  }

  /** To the end of what opens here, by counting; whether it is JSON is for the caller to ask. */
  #skipNested(): void {
    let depth = 0;
    do {
      const byte = this.next;
      this.at += 1;
      if (byte < SPACE) throw UNUSUAL;
      if (byte === QUOTE) this.skipText();
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    } while (depth > 0);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) table[byte] = 1;
  return table;
}
