import { isUtf8 } from "node:buffer";
import { LIMITS } from "../../kernel/limits.ts";
import type { LineField, LineMessage } from "../line/line-plan.ts";
import { LineSink } from "../line/line-sink.ts";
import { NOT_TRANSCODABLE, NotTranscodable } from "../line/not-transcodable.ts";
import type { QuickLine, QuickReader } from "../line/quick-line.ts";
import { countsOf, RecordCount } from "../line/record-count.ts";
import { JsonCursor } from "./json-cursor.ts";
import { ScalarTranscoder } from "./scalar-transcoder.ts";

/**
 * OTLP-JSON to the bytes of a canonical line in one pass, without an object or a string in between:
 * `tests/bench/decode.ts` shows what that buys over `JSON.parse` and `JSON.stringify`.
 *
 * It reads what the exporters of JavaScript write and what the Collector does: no blanks, keys in the canonical order,
 * integers as numbers or as strings, defaults there or not. Any other JSON, and text that is not JSON of
 * this message, is left to the thorough decoder. Both give the same line for every request that both read.
 */

const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const NOTHING = new Uint8Array(0);

/** Reads one request after another, in the same buffers. */
export class JsonTranscoder implements QuickReader {
  readonly #sink = new LineSink();
  readonly #input = new JsonCursor();
  readonly #scalars = new ScalarTranscoder(this.#input, this.#sink);
  #messages = 0;
  readonly #count = new RecordCount();

  /** The line of a request that holds records; `undefined` for one that the thorough decoder is to read. */
  transcode(message: LineMessage, bytes: Uint8Array): QuickLine | undefined {
    if (!isUtf8(bytes)) return undefined;
    this.#sink.length = 0;
    this.#input.bytes = bytes;
    this.#input.at = 0;
    this.#messages = 0;
    this.#count.begin();
    try {
      this.#message(message, 0);
      if (this.#count.records === 0 || this.#input.at !== bytes.length) return undefined;
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
    this.#input.expect(OPEN_BRACE);
    const from = this.#sink.length;
    if (this.#input.bytes[this.#input.at] === CLOSE_BRACE) {
      this.#input.at += 1;
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
    } while (this.#input.goesOn(CLOSE_BRACE));
    this.#empties(message, next, fields.length);
  }

  /** The index of the field that the next key names, from `from` on; the number of fields if it names none. */
  #key(fields: readonly LineField[], from: number): number {
    const { bytes } = this.#input;
    const at = this.#input.at - 1;
    for (let index = from; index < fields.length; index++) {
      const opening = fields[index]?.opening ?? NOTHING;
      const { length } = opening;
      let same = 1;
      while (same < length && bytes[at + same] === opening[same]) same += 1;
      if (same < length) continue;
      this.#input.at = at + length;
      return index;
    }
    return fields.length;
  }

  /** Writes those of the fields that a line always has, though they were not sent. */
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
    this.#input.expect(OPEN_BRACKET);
    if (this.#input.bytes[this.#input.at] === CLOSE_BRACKET) {
      this.#input.at += 1;
      return false;
    }
    const from = sink.length;
    do {
      sink.comma();
      const start = sink.length;
      this.#value(field, depth);
      if (field.isOfRecord) this.#count.attributeWritten(this.#sink, start);
    } while (this.#input.goesOn(CLOSE_BRACKET));
    sink.closeArray(from);
    return true;
  }

  /** Writes one value. Returns whether it differs from the default of its kind. */
  #value(field: LineField, depth: number): boolean {
    if (field.kind !== "message") return this.#scalars.transcode(field.kind);
    if (!field.line) throw new TypeError(`"${field.name}" is a message without a plan`);
    this.#message(field.line, depth);
    return true;
  }
}
