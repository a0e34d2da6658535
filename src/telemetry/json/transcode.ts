import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../kernel/limits.ts";
import type { LineField, LineMessage } from "../line/line-plan.ts";
import { LineSink } from "../line/line-sink.ts";
import { NOT_TRANSCODABLE, NotTranscodable } from "../line/not-transcodable.ts";
import type { QuickLine, QuickReader } from "../line/quick-line.ts";
import { countsOf, RecordCount } from "../line/record-count.ts";
import { ID_BYTES } from "../wire.ts";

/**
 * OTLP-JSON to the bytes of a canonical line in one pass, without an object or a string in between:
 * `tests/bench/decode.ts` shows what that buys over `JSON.parse` and `JSON.stringify`.
 *
 * It reads what the exporters of JavaScript write and what the Collector does: no blanks, keys in the canonical order,
 * integers as numbers or as strings, defaults there or not. Whatever else JSON may be, and whatever is no JSON of this
 * message, is left to the thorough decoder, which says the same of every request that both read.
 */

const [QUOTE, COMMA, MINUS, ZERO, NINE] = [0x22, 0x2c, 0x2d, 0x30, 0x39];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
/** As many digits of a bare number as JavaScript keeps. */
const NUMBER_DIGITS_MAX = 15;
/** Integers of so many digits fit their type, whatever the digits are. */
const DIGITS_MAX = { bits32: 9, signed: 18, unsigned: 19 } as const;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
/** The shortest text of a double has 24 characters; longer ones are for the thorough. */
const NUMBER_CHARS_MAX = 32;

/** Reads one request after another: nothing of one is kept but the buffers. */
export class JsonTranscoder implements QuickReader {
  readonly #sink = new LineSink();
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #messages = 0;
  readonly #count = new RecordCount();

  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined {
    if (!isUtf8(bytes)) return undefined;
    this.#sink.length = 0;
    this.#bytes = bytes;
    this.#at = 0;
    this.#messages = 0;
    this.#count.begin();
    try {
      this.#message(message, 0);
      if (this.#count.records === 0 || this.#at !== bytes.length) return undefined;
      return { line: this.#sink.takeLine(), counts: countsOf(this.#count), messages: this.#messages };
    } catch (error) {
      if (error instanceof NotTranscodable) return undefined;
      throw error;
    }
  }

  #message(message: LineMessage, depth: number): void {
    const inner = message.isUnion ? depth + 1 : depth;
    this.#messages += 1;
    if (inner > LIMITS.otlpDepthMax || this.#messages > LIMITS.otlpMessagesMax) throw NOT_TRANSCODABLE;
    if (message.isRecord) this.#count.beginRecord();
    if (message.hasScope) this.#count.beginScope(undefined);
    this.#expect(OPEN_BRACE);
    const from = this.#sink.length;
    if (this.#bytes[this.#at] === CLOSE_BRACE) {
      this.#at += 1;
      this.#empties(message, 0, message.fields.length);
    } else {
      this.#fields(message, inner);
    }
    this.#sink.closeObject(from);
  }

  #fields(message: LineMessage, depth: number): void {
    const { fields } = message;
    let hasArm = false;
    let next = 0;
    do {
      const found = this.#key(fields, next);
      const field = fields[found];
      if (field === undefined || (field.isArm && hasArm)) throw NOT_TRANSCODABLE;
      hasArm ||= field.isArm;
      if (!message.isUnion) this.#empties(message, next, found);
      this.#field(field, depth);
      next = found + 1;
    } while (this.#goesOn(CLOSE_BRACE));
    this.#empties(message, next, fields.length);
  }

  /** Which field the next key names, of those that may still come; behind the last for none of them. */
  #key(fields: readonly LineField[], from: number): number {
    const bytes = this.#bytes;
    const at = this.#at - 1;
    for (let index = from; index < fields.length; index++) {
      const opening = fields[index]?.opening ?? TRUE;
      const { length } = opening;
      let same = 1;
      while (same < length && bytes[at + same] === opening[same]) same += 1;
      if (same < length) continue;
      this.#at = at + length;
      return index;
    }
    return fields.length;
  }

  /** Those of the fields that are written though they were not sent. */
  #empties({ fields }: LineMessage, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const field = fields[index];
      if (!field?.empty) continue;
      this.#sink.put(field.opening);
      this.#sink.put(field.empty);
    }
  }

  #field(field: LineField, depth: number): void {
    const before = this.#sink.length;
    this.#sink.put(field.opening);
    const value = this.#sink.length;
    const isWritten = field.isRepeated
      ? this.#values(field, depth)
      : this.#value(field, depth) || !field.isOmittedAtDefault;
    if (field.isScope) this.#count.scopeWritten(this.#sink, value);
    if (!isWritten) this.#sink.length = before;
  }

  #values(field: LineField, depth: number): boolean {
    const sink = this.#sink;
    this.#expect(OPEN_BRACKET);
    if (this.#bytes[this.#at] === CLOSE_BRACKET) {
      this.#at += 1;
      return false;
    }
    const from = sink.length;
    do {
      sink.comma();
      const start = sink.length;
      this.#value(field, depth);
      if (field.isOfRecord) this.#count.attributeWritten(this.#sink, start);
    } while (this.#goesOn(CLOSE_BRACKET));
    sink.closeArray(from);
    return true;
  }

  /** Writes one value, and answers whether it is another than its kind's default. */
  #value(field: LineField, depth: number): boolean {
    switch (field.kind) {
      case "message":
        if (!field.line) throw new TypeError(`"${field.name}" is a message without a plan`);
        this.#message(field.line, depth);
        return true;
      case "string": {
        const start = this.#at;
        this.#at = this.#sink.literal(this.#bytes, start);
        return this.#at - start > 2;
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
        return this.#id(2 * ID_BYTES[field.kind]);
      case "bytes":
        throw NOT_TRANSCODABLE;
      default:
        throw new TypeError(`No such kind of field: ${field.kind satisfies never}`);
    }
  }

  /** A number or a string of digits, as a string. */
  #integer64(isSigned: boolean): boolean {
    const isQuoted = this.#bytes[this.#at] === QUOTE;
    if (isQuoted) this.#at += 1;
    this.#sink.byte(QUOTE);
    if (isSigned && this.#bytes[this.#at] === MINUS) {
      this.#at += 1;
      this.#sink.byte(MINUS);
      // There is no negative zero among integers.
      if (this.#bytes[this.#at] === ZERO) throw NOT_TRANSCODABLE;
    }
    const digitsMax = isSigned ? DIGITS_MAX.signed : DIGITS_MAX.unsigned;
    const isSet = this.#copyDigits(isQuoted ? digitsMax : NUMBER_DIGITS_MAX);
    this.#sink.byte(QUOTE);
    if (isQuoted) this.#expect(QUOTE);
    return isSet;
  }

  /** Answers whether they say another thing than zero. What follows them is looked at by the caller. */
  #copyDigits(digitsMax: number): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let end = start;
    for (let byte = bytes[end] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[end] ?? 0) end += 1;
    const digits = end - start;
    const beginsWithZero = bytes[start] === ZERO;
    if (digits === 0 || digits > digitsMax || (beginsWithZero && digits > 1)) throw NOT_TRANSCODABLE;
    this.#sink.copy(bytes, start, end);
    this.#at = end;
    return !beginsWithZero;
  }

  #double(): boolean {
    const start = this.#at;
    let text = "";
    for (let byte = this.#bytes[start] ?? 0; isOfNumber(byte); byte = this.#bytes[this.#at] ?? 0) {
      text += String.fromCharCode(byte);
      this.#at += 1;
      if (text.length > NUMBER_CHARS_MAX) throw NOT_TRANSCODABLE;
    }
    const value = Number(text);
    if (!NUMBER.test(text) || !Number.isFinite(value)) throw NOT_TRANSCODABLE;
    this.#sink.ascii(String(value));
    return value !== 0;
  }

  #bool(): boolean {
    const isTrue = this.#bytes[this.#at] === TRUE[0];
    const word = isTrue ? TRUE : FALSE;
    for (const byte of word) this.#expect(byte);
    this.#sink.put(word);
    return isTrue;
  }

  /** Lower-case hex, or nothing; zeros are nothing as well. */
  #id(digits: number): boolean {
    this.#expect(QUOTE);
    const start = this.#at;
    let isSet = false;
    for (let byte = this.#bytes[start] ?? 0; byte !== QUOTE; byte = this.#bytes[this.#at] ?? 0) {
      if (!isHexDigit(byte) || this.#at - start === digits) throw NOT_TRANSCODABLE;
      isSet ||= byte !== ZERO;
      this.#at += 1;
    }
    if (this.#at !== start && this.#at - start !== digits) throw NOT_TRANSCODABLE;
    this.#at += 1;
    this.#sink.copy(this.#bytes, start - 1, this.#at);
    return isSet;
  }

  /** Whether a comma follows, or else that end. */
  #goesOn(end: number): boolean {
    const byte = this.#bytes[this.#at];
    this.#at += 1;
    if (byte === COMMA) return true;
    if (byte !== end) throw NOT_TRANSCODABLE;
    return false;
  }

  #expect(byte: number): void {
    if (this.#bytes[this.#at] !== byte) throw NOT_TRANSCODABLE;
    this.#at += 1;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || (byte >= 0x61 && byte <= 0x66);
}

/** A digit, a point, a sign or an exponent's letter. */
function isOfNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === 0x2e || byte === MINUS || byte === 0x2b || (byte | 0x20) === 0x65;
}
