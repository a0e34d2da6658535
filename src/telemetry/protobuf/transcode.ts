import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../kernel/limits.ts";
import type { LineField, LineMessage } from "../line-plan.ts";
import { LineSink } from "../line-sink.ts";
import type { QuickLine, QuickReader } from "../quick-line.ts";
import { UNUSUAL, Unusual } from "../unusual.ts";
import { ID_BYTES, WIRE } from "../wire.ts";

/**
 * Protobuf to the bytes of a canonical line, without an object or a string in between: `tests/bench/decode.ts` shows
 * what that buys over reading with protobufjs and stringifying what was read.
 *
 * Fields come in the order of their numbers and are written in the Collector's. So a message is gone through twice:
 * first to find where the value of each field lies, then to write what was found, in order. What is no everyday
 * request is left to the thorough decoder, which says the same of every request that both read: unknown fields, a
 * message that comes in parts, a oneof with two arms, text that is not UTF-8, whatever is damaged.
 */

const VARINT_BYTES_MAX = 10;
/** Of a length: longer ones are beyond every bound, or padded. */
const LENGTH_BYTES_MAX = 4;
/** Places for what was found of a message and of all those around it: two a field, 20 fields, 64 levels, twice over. */
const FOUND_MAX = 8_192;
const HEX = "0123456789abcdef";

/** Reads one request after another: nothing of one is kept but the buffers. */
export class ProtobufTranscoder implements QuickReader {
  readonly #sink = new LineSink();
  /** For each field of each message under way: where its first value begins and its last one ends; 0 for none. */
  readonly #found = new Int32Array(FOUND_MAX);
  #foundEnd = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Behind what was read last. */
  #at = 0;
  #high = 0;
  #low = 0;
  #messages = 0;
  #records = 0;
  #sessions = new Set<string>();

  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined {
    this.#sink.length = 0;
    this.#foundEnd = 0;
    this.#bytes = bytes;
    this.#messages = 0;
    this.#records = 0;
    this.#sessions = new Set();
    try {
      this.#message(message, 0, bytes.length, 0);
      if (this.#records === 0 || !isUtf8(this.#sink.written())) return undefined;
      return { line: this.#sink.takeLine(), records: this.#records, sessions: this.#sessions };
    } catch (error) {
      if (error instanceof Unusual) return undefined;
      throw error;
    }
  }

  #message(message: LineMessage, start: number, end: number, depth: number): void {
    this.#messages += 1;
    if (this.#messages > LIMITS.otlpMessagesMax) throw UNUSUAL;
    if (message.isUnion) {
      this.#union(message, start, end, depth + 1);
      return;
    }
    if (message.isRecord) this.#records += 1;
    const base = this.#foundEnd;
    this.#foundEnd = base + 2 * message.fields.length;
    if (this.#foundEnd > FOUND_MAX) throw UNUSUAL;
    this.#find(message, base, start, end);
    this.#write(message, base, depth);
    this.#foundEnd = base;
  }

  /** One arm, or none. */
  #union(message: LineMessage, start: number, end: number, depth: number): void {
    if (depth > LIMITS.otlpDepthMax) throw UNUSUAL;
    const from = this.#sink.length;
    if (start < end) {
      const tag = this.#tag(start);
      const field = message.byNumber[tag >>> 3];
      const at = this.#at;
      if (field === undefined || (tag & 7) !== field.wire || this.#skip(field.wire, at) !== end) throw UNUSUAL;
      this.#sink.put(field.opening);
      this.#value(field, at, depth);
    }
    this.#sink.closeObject(from);
  }

  #find(message: LineMessage, base: number, start: number, end: number): void {
    const found = this.#found;
    const { byNumber } = message;
    let hasArm = false;
    for (let place = base; place < this.#foundEnd; place++) found[place] = 0;
    let at = start;
    while (at < end) {
      const tag = this.#tag(at);
      at = this.#at;
      const wire = tag & 7;
      const field = byNumber[tag >>> 3];
      if (field === undefined) throw UNUSUAL;
      const place = base + 2 * field.slot;
      const isAgain = found[place] !== 0;
      if (wire !== field.wire) {
        if (isAgain || !field.isRepeated || wire !== WIRE.bytes) throw UNUSUAL;
        // Scalars packed into one field: told by the sign.
        found[place] = -at;
      } else if (!isAgain) {
        found[place] = at;
      } else if ((found[place] ?? 0) < 0 || !field.isRepeated) {
        throw UNUSUAL;
      }
      if (field.isArm) {
        if (hasArm) throw UNUSUAL;
        hasArm = true;
      }
      at = this.#skip(wire, at);
      found[place + 1] = at;
    }
    if (at !== end) throw UNUSUAL;
  }

  #write(message: LineMessage, base: number, depth: number): void {
    const sink = this.#sink;
    const from = sink.length;
    for (const field of message.fields) {
      const at = this.#found[base + 2 * field.slot] ?? 0;
      if (at !== 0) {
        const before = sink.length;
        sink.put(field.opening);
        const isWritten = field.isRepeated
          ? this.#values(field, at, this.#found[base + 2 * field.slot + 1] ?? 0, depth)
          : this.#value(field, at, depth) || !field.isOmittedAtDefault;
        if (!isWritten) sink.length = before;
      } else if (field.empty) {
        sink.put(field.opening);
        sink.put(field.empty);
      }
    }
    sink.closeObject(from);
  }

  /** The values of a repeated field from its first to its last, other fields between them or not; answers whether there are any. */
  #values(field: LineField, first: number, end: number, depth: number): boolean {
    const sink = this.#sink;
    const from = sink.length;
    if (first < 0) this.#packed(field, -first, depth);
    let at = first;
    while (at > 0 && at < end) {
      sink.comma();
      const start = sink.length;
      this.#value(field, at, depth);
      if (field.isOfRecord) this.#noteSession(start);
      at = this.#next(field, this.#at, end);
    }
    if (sink.length === from && first < 0) return false;
    sink.closeArray(from);
    return true;
  }

  #packed(field: LineField, at: number, depth: number): void {
    const end = this.#length(at) + this.#at;
    while (this.#at < end) {
      this.#sink.comma();
      this.#value(field, this.#at, depth);
    }
    if (this.#at !== end) throw UNUSUAL;
  }

  /** Where the next value of a repeated field begins; `end` when there is none. */
  #next(field: LineField, from: number, end: number): number {
    let at = from;
    while (at < end) {
      const tag = this.#tag(at);
      if (tag >>> 3 === field.number) return this.#at;
      at = this.#skip(tag & 7, this.#at);
    }
    return end;
  }

  #noteSession(start: number): void {
    const session = this.#sink.sessionFrom(start);
    if (session !== undefined) this.#sessions.add(session);
  }

  /** Writes one value, and answers whether it is another than its kind's default. Its length has been checked. */
  #value(field: LineField, at: number, depth: number): boolean {
    const { kind } = field;
    switch (kind) {
      case "message": {
        if (!field.line) throw new TypeError(`"${field.name}" is a message without a plan`);
        const length = this.#length(at);
        const start = this.#at;
        this.#message(field.line, start, start + length, depth);
        this.#at = start + length;
        return true;
      }
      case "string": {
        const length = this.#length(at);
        const start = this.#at;
        this.#at = start + length;
        this.#sink.string(this.#bytes, start, this.#at);
        return length > 0;
      }
      case "fixed64":
      case "sfixed64":
        this.#fixed64(at);
        if (kind === "fixed64") this.#sink.uint64(this.#high, this.#low);
        else this.#sink.int64(this.#high, this.#low);
        return this.#low !== 0 || this.#high !== 0;
      case "fixed32":
        this.#at = at + 4;
        this.#low = this.#uint32(at);
        this.#sink.int32(this.#low);
        return this.#low !== 0;
      case "double":
        return this.#double(at);
      case "bytes":
        return this.#base64(at);
      case "traceId":
      case "spanId":
        return this.#id(at, ID_BYTES[kind]);
      default:
        return this.#varintValue(kind, at);
    }
  }

  #varintValue(kind: "bool" | "enum" | "int32" | "int64" | "sint32" | "uint32" | "uint64", at: number): boolean {
    const sink = this.#sink;
    this.#varint(at);
    const [high, low] = [this.#high, this.#low];
    switch (kind) {
      case "bool": {
        const isTrue = low !== 0 || high !== 0;
        sink.ascii(isTrue ? "true" : "false");
        return isTrue;
      }
      case "int64":
        sink.int64(high, low);
        return low !== 0 || high !== 0;
      case "uint64":
        sink.uint64(high, low);
        return low !== 0 || high !== 0;
      case "uint32":
        sink.int32(low);
        return low !== 0;
      case "sint32":
        sink.int32((low >>> 1) ^ -(low & 1));
        return low !== 0;
      case "int32":
      case "enum":
        sink.int32(low | 0);
        return low !== 0;
      default:
        throw new TypeError(`No such kind of varint: ${kind satisfies never}`);
    }
  }

  #double(at: number): boolean {
    this.#at = at + 8;
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getFloat64(0, true);
    if (Number.isFinite(value)) this.#sink.ascii(String(value));
    else this.#sink.quoted(String(value));
    return value !== 0;
  }

  #base64(at: number): boolean {
    const length = this.#length(at);
    const { buffer, byteOffset } = this.#bytes;
    this.#sink.quoted(Buffer.from(buffer, byteOffset + this.#at, length).toString("base64"));
    this.#at += length;
    return length > 0;
  }

  #id(at: number, bytes: number): boolean {
    const length = this.#length(at);
    if (length !== 0 && length !== bytes) throw UNUSUAL;
    let text = "";
    let isSet = false;
    for (let end = this.#at + length; this.#at < end; this.#at++) {
      const byte = this.#bytes[this.#at] ?? 0;
      isSet ||= byte !== 0;
      text += HEX.charAt(byte >>> 4) + HEX.charAt(byte & 15);
    }
    this.#sink.quoted(text);
    return isSet;
  }

  /** What follows a tag of this wire type is gone over, to where the next field begins. */
  #skip(wire: number, at: number): number {
    switch (wire) {
      case WIRE.bytes: {
        const length = this.#length(at);
        return this.#at + length;
      }
      case WIRE.fixed64:
        return at + 8;
      case WIRE.varint: {
        let end = at;
        while ((this.#bytes[end] ?? 0) >= 0x80) end += 1;
        if (end - at >= VARINT_BYTES_MAX) throw UNUSUAL;
        return end + 1;
      }
      case WIRE.fixed32:
        return at + 4;
      default:
        throw UNUSUAL;
    }
  }

  /** Fields of two bytes at most, that is below 2048: the table has none beyond. */
  #tag(at: number): number {
    const first = this.#bytes[at] ?? 0;
    if (first < 0x80) {
      this.#at = at + 1;
      return first;
    }
    const second = this.#bytes[at + 1] ?? 0;
    if (second >= 0x80) throw UNUSUAL;
    this.#at = at + 2;
    return (first & 0x7f) | (second << 7);
  }

  #length(at: number): number {
    const first = this.#bytes[at] ?? 0;
    if (first < 0x80) {
      this.#at = at + 1;
      return first;
    }
    let length = first & 0x7f;
    for (let index = 1; index < LENGTH_BYTES_MAX; index++) {
      const byte = this.#bytes[at + index] ?? 0;
      length |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) {
        this.#at = at + index + 1;
        return length;
      }
    }
    throw UNUSUAL;
  }

  /** Into halves: seven bits a byte, of which the fifth reaches into both. */
  #varint(at: number): void {
    let [high, low, shift] = [0, 0, 0];
    for (let next = at; ; next++) {
      const byte = this.#bytes[next] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#at = next + 1;
        break;
      }
      shift += 7;
      if (shift >= 7 * VARINT_BYTES_MAX) throw UNUSUAL;
    }
    this.#high = high >>> 0;
    this.#low = low >>> 0;
  }

  #fixed64(at: number): void {
    this.#low = this.#uint32(at);
    this.#high = this.#uint32(at + 4);
    this.#at = at + 8;
  }

  #uint32(at: number): number {
    const bytes = this.#bytes;
    const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    return (low | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
  }
}
