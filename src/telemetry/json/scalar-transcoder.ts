import type { LineSink } from "../line/line-sink.ts";
import { NOT_TRANSCODABLE } from "../line/not-transcodable.ts";
import type { Kind } from "../message.ts";
import { ID_BYTES } from "../wire.ts";
import type { JsonCursor } from "./json-cursor.ts";

/** Everything in a request that is not an object or a list: texts, numbers, booleans, ids. */

const [QUOTE, MINUS, ZERO, NINE] = [0x22, 0x2d, 0x30, 0x39];
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
/** As many digits of a bare number as JavaScript keeps. */
const NUMBER_DIGITS_MAX = 15;
/** Integers with this many digits fit their type, whatever the digits are. */
const DIGITS_MAX = { bits32: 9, signed: 18, unsigned: 19 } as const;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** The shortest text of a double has at most 24 characters. Longer texts are left to the thorough decoder. */
const NUMBER_CHARS_MAX = 32;

/** Copies one value after another from the request into the line, in the canonical form. */
export class ScalarTranscoder {
  readonly #input: JsonCursor;
  readonly #sink: LineSink;

  constructor(input: JsonCursor, sink: LineSink) {
    this.#input = input;
    this.#sink = sink;
  }

  /**
   * Copies the value at the cursor. Returns whether it differs from the default of its kind.
   *
   * @throws {NotTranscodable} when the value must be read by the thorough decoder.
   */
  transcode(kind: Exclude<Kind, "message">): boolean {
    switch (kind) {
      case "string": {
        const start = this.#input.at;
        this.#input.at = this.#sink.literal(this.#input.bytes, start);
        return this.#input.at - start > 2;
      }
      case "int64":
      case "sfixed64":
        return this.#integer64(true);
      case "uint64":
      case "fixed64":
        return this.#integer64(false);
      case "int32":
      case "uint32":
      case "sint32":
      case "fixed32":
      case "enum":
        return this.#copyDigits(DIGITS_MAX.bits32);
      case "double":
        return this.#double();
      case "bool":
        return this.#bool();
      case "traceId":
      case "spanId":
        return this.#id(2 * ID_BYTES[kind]);
      case "bytes":
        throw NOT_TRANSCODABLE;
      default:
        throw new TypeError(`No such kind of field: ${kind satisfies never}`);
    }
  }

  /** A number or a string of digits, as a string. */
  #integer64(isSigned: boolean): boolean {
    const isQuoted = this.#input.bytes[this.#input.at] === QUOTE;
    if (isQuoted) this.#input.at += 1;
    this.#sink.byte(QUOTE);
    if (isSigned && this.#input.bytes[this.#input.at] === MINUS) {
      this.#input.at += 1;
      this.#sink.byte(MINUS);
      // There is no negative zero among integers.
      if (this.#input.bytes[this.#input.at] === ZERO) throw NOT_TRANSCODABLE;
    }
    const digitsMax = isSigned ? DIGITS_MAX.signed : DIGITS_MAX.unsigned;
    const isSet = this.#copyDigits(isQuoted ? digitsMax : NUMBER_DIGITS_MAX);
    this.#sink.byte(QUOTE);
    if (isQuoted) this.#input.expect(QUOTE);
    return isSet;
  }

  /** Copies digits. Returns whether they are not zero. The caller checks what follows them. */
  #copyDigits(digitsMax: number): boolean {
    const bytes = this.#input.bytes;
    const start = this.#input.at;
    let end = start;
    for (let byte = bytes[end] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[end] ?? 0) end += 1;
    const digits = end - start;
    const beginsWithZero = bytes[start] === ZERO;
    if (digits === 0 || digits > digitsMax || (beginsWithZero && digits > 1)) throw NOT_TRANSCODABLE;
    this.#sink.copy(bytes, start, end);
    this.#input.at = end;
    return !beginsWithZero;
  }

  #double(): boolean {
    const start = this.#input.at;
    let text = "";
    for (let byte = this.#input.bytes[start] ?? 0; isOfNumber(byte); byte = this.#input.bytes[this.#input.at] ?? 0) {
      text += String.fromCharCode(byte);
      this.#input.at += 1;
      if (text.length > NUMBER_CHARS_MAX) throw NOT_TRANSCODABLE;
    }
    const value = Number(text);
    if (!NUMBER.test(text) || !Number.isFinite(value)) throw NOT_TRANSCODABLE;
    this.#sink.ascii(String(value));
    return value !== 0;
  }

  #bool(): boolean {
    const isTrue = this.#input.bytes[this.#input.at] === TRUE[0];
    const word = isTrue ? TRUE : FALSE;
    for (const byte of word) this.#input.expect(byte);
    this.#sink.put(word);
    return isTrue;
  }

  /** Lower-case hex, or nothing; zeros are nothing as well. */
  #id(digits: number): boolean {
    this.#input.expect(QUOTE);
    const start = this.#input.at;
    let isSet = false;
    for (let byte = this.#input.bytes[start] ?? 0; byte !== QUOTE; byte = this.#input.bytes[this.#input.at] ?? 0) {
      if (!isHexDigit(byte) || this.#input.at - start === digits) throw NOT_TRANSCODABLE;
      isSet ||= byte !== ZERO;
      this.#input.at += 1;
    }
    if (this.#input.at !== start && this.#input.at - start !== digits) throw NOT_TRANSCODABLE;
    this.#input.at += 1;
    this.#sink.copy(this.#input.bytes, start - 1, this.#input.at);
    return isSet;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x61 && byte <= 0x66);
}

/** A digit, a point, a sign or an exponent's letter. */
function isOfNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === 0x2e || byte === MINUS || byte === 0x2b || (byte | 0x20) === 0x65;
}
