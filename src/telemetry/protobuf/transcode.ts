import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../kernel/limits.ts";
import type { LineField, LineMessage } from "../line/line-plan.ts";
import { LineSink } from "../line/line-sink.ts";
import { NOT_TRANSCODABLE, NotTranscodable } from "../line/not-transcodable.ts";
import type { QuickLine, QuickReader } from "../line/quick-line.ts";
import { countsOf, RecordCount } from "../line/record-count.ts";
import { WIRE } from "../wire.ts";
import { ScalarTranscoder } from "./scalar-transcoder.ts";
import { WireCursor } from "./wire-cursor.ts";

/**
 * Protobuf to the bytes of a canonical line, without an object or a string in between: `tests/bench/decode.ts` shows
 * what that buys over reading with protobufjs and stringifying what was read.
 *
 * Fields come in the order of their numbers and are written in the Collector's. So each message is read twice:
 * first to find where the value of each field is, then to write what was found, in order. Anything unusual is left to
 * the thorough decoder, which gives the same line for every request that both read: unknown fields, a
 * message that comes in parts, a oneof with two arms, text that is not UTF-8, whatever is damaged.
 */

/** Places for what was found of a message and of all those around it: two a field, 20 fields, 64 levels, twice over. */
const FOUND_MAX = 8_192;

/** Reads one request after another, in the same buffers. */
export class ProtobufTranscoder implements QuickReader {
  readonly #sink = new LineSink();
  readonly #wire = new WireCursor();
  readonly #scalars = new ScalarTranscoder(this.#wire, this.#sink);
  /** For each field of each message under way: where its first value begins and its last one ends; 0 for none. */
  readonly #found = new Int32Array(FOUND_MAX);
  #foundEnd = 0;
  #messages = 0;
  readonly #count = new RecordCount();

  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined {
    this.#sink.length = 0;
    this.#foundEnd = 0;
    this.#wire.bytes = bytes;
    this.#messages = 0;
    this.#count.begin();
    try {
      this.#message(message, 0, bytes.length, 0);
      if (this.#count.records === 0 || !isUtf8(this.#sink.written())) return undefined;
      return { line: this.#sink.takeLine(), counts: countsOf(this.#count), messages: this.#messages };
    } catch (error) {
      if (error instanceof NotTranscodable) return undefined;
      throw error;
    }
  }

  #message(message: LineMessage, start: number, end: number, depth: number): void {
    this.#messages += 1;
    if (this.#messages > LIMITS.otlpMessagesMax) throw NOT_TRANSCODABLE;
    if (message.isUnion) {
      this.#union(message, start, end, depth + 1);
      return;
    }
    if (message.isRecord) this.#count.beginRecord();
    if (message.hasScope) this.#count.beginScope(undefined);
    const base = this.#foundEnd;
    this.#foundEnd = base + 2 * message.fields.length;
    if (this.#foundEnd > FOUND_MAX) throw NOT_TRANSCODABLE;
    this.#find(message, base, start, end);
    this.#write(message, base, depth);
    this.#foundEnd = base;
  }

  /** One arm, or none. */
  #union(message: LineMessage, start: number, end: number, depth: number): void {
    if (depth > LIMITS.otlpDepthMax) throw NOT_TRANSCODABLE;
    const from = this.#sink.length;
    if (start < end) {
      const tag = this.#wire.tag(start);
      const field = message.byNumber[tag >>> 3];
      const at = this.#wire.at;
      if (field === undefined || (tag & 7) !== field.wire || this.#wire.skip(field.wire, at) !== end)
        throw NOT_TRANSCODABLE;
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
      const tag = this.#wire.tag(at);
      at = this.#wire.at;
      const wire = tag & 7;
      const field = byNumber[tag >>> 3];
      if (field === undefined) throw NOT_TRANSCODABLE;
      const place = base + 2 * field.slot;
      const isAgain = found[place] !== 0;
      if (wire !== field.wire) {
        if (isAgain || !field.isRepeated || wire !== WIRE.bytes) throw NOT_TRANSCODABLE;
        // Scalars packed into one field are marked by the sign.
        found[place] = -at;
      } else if (!isAgain) {
        found[place] = at;
      } else if ((found[place] ?? 0) < 0 || !field.isRepeated) {
        throw NOT_TRANSCODABLE;
      }
      if (field.isArm) {
        if (hasArm) throw NOT_TRANSCODABLE;
        hasArm = true;
      }
      at = this.#wire.skip(wire, at);
      found[place + 1] = at;
    }
    if (at !== end) throw NOT_TRANSCODABLE;
  }

  #write(message: LineMessage, base: number, depth: number): void {
    const sink = this.#sink;
    const from = sink.length;
    for (const field of message.fields) {
      const at = this.#found[base + 2 * field.slot] ?? 0;
      if (at !== 0) {
        const before = sink.length;
        sink.put(field.opening);
        const value = sink.length;
        const isWritten = field.isRepeated
          ? this.#values(field, at, this.#found[base + 2 * field.slot + 1] ?? 0, depth)
          : this.#value(field, at, depth) || !field.isOmittedAtDefault;
        if (field.isScope) this.#count.scopeWritten(sink, value);
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
      if (field.isOfRecord) this.#count.attributeWritten(this.#sink, start);
      at = this.#next(field, this.#wire.at, end);
    }
    if (sink.length === from && first < 0) return false;
    sink.closeArray(from);
    return true;
  }

  #packed(field: LineField, at: number, depth: number): void {
    const end = this.#wire.length(at) + this.#wire.at;
    while (this.#wire.at < end) {
      this.#sink.comma();
      this.#value(field, this.#wire.at, depth);
    }
    if (this.#wire.at !== end) throw NOT_TRANSCODABLE;
  }

  /** Where the next value of a repeated field begins; `end` when there is none. */
  #next(field: LineField, from: number, end: number): number {
    let at = from;
    while (at < end) {
      const tag = this.#wire.tag(at);
      if (tag >>> 3 === field.number) return this.#wire.at;
      at = this.#wire.skip(tag & 7, this.#wire.at);
    }
    return end;
  }

  /** Writes one value. Returns whether it differs from the default of its kind. Its length has been checked. */
  #value(field: LineField, at: number, depth: number): boolean {
    if (field.kind !== "message") return this.#scalars.transcode(field.kind, at);
    if (!field.line) throw new TypeError(`"${field.name}" is a message without a plan`);
    const length = this.#wire.length(at);
    const start = this.#wire.at;
    this.#message(field.line, start, start + length, depth);
    this.#wire.at = start + length;
    return true;
  }
}
