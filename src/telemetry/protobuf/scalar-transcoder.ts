import type { LineSink } from "../line/line-sink.ts";
import { NOT_TRANSCODABLE } from "../line/not-transcodable.ts";
import type { Kind } from "../message.ts";
import { ID_BYTES } from "../wire.ts";
import type { WireCursor } from "./wire-cursor.ts";

/** Everything in a request that is not a message: texts, numbers, booleans, bytes, ids. */

const HEX = "0123456789abcdef";

/** Copies one value after another from the request into the line, in the canonical form. */
export class ScalarTranscoder {
  readonly #wire: WireCursor;
  readonly #sink: LineSink;

  constructor(wire: WireCursor, sink: LineSink) {
    this.#wire = wire;
    this.#sink = sink;
  }

  /**
   * Copies the value that begins at `at`. Returns whether it differs from the default of its kind.
   *
   * @throws {NotTranscodable} when the value must be read by the thorough decoder.
   */
  transcode(kind: Exclude<Kind, "message">, at: number): boolean {
    switch (kind) {
      case "string": {
        const length = this.#wire.length(at);
        const start = this.#wire.at;
        this.#wire.at = start + length;
        this.#sink.string(this.#wire.bytes, start, this.#wire.at);
        return length > 0;
      }
      case "fixed64":
      case "sfixed64":
        this.#wire.fixed64(at);
        if (kind === "fixed64") this.#sink.uint64(this.#wire.high, this.#wire.low);
        else this.#sink.int64(this.#wire.high, this.#wire.low);
        return this.#wire.low !== 0 || this.#wire.high !== 0;
      case "fixed32":
        this.#wire.at = at + 4;
        this.#wire.low = this.#wire.uint32(at);
        this.#sink.int32(this.#wire.low);
        return this.#wire.low !== 0;
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
    this.#wire.varint(at);
    const [high, low] = [this.#wire.high, this.#wire.low];
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
    const value = this.#wire.double(at);
    if (Number.isFinite(value)) this.#sink.ascii(String(value));
    else this.#sink.quoted(String(value));
    return value !== 0;
  }

  #base64(at: number): boolean {
    const length = this.#wire.length(at);
    const { buffer, byteOffset } = this.#wire.bytes;
    this.#sink.quoted(Buffer.from(buffer, byteOffset + this.#wire.at, length).toString("base64"));
    this.#wire.at += length;
    return length > 0;
  }

  #id(at: number, bytes: number): boolean {
    const length = this.#wire.length(at);
    if (length !== 0 && length !== bytes) throw NOT_TRANSCODABLE;
    let text = "";
    let isSet = false;
    for (let end = this.#wire.at + length; this.#wire.at < end; this.#wire.at++) {
      const byte = this.#wire.bytes[this.#wire.at] ?? 0;
      isSet ||= byte !== 0;
      text += HEX.charAt(byte >>> 4) + HEX.charAt(byte & 15);
    }
    this.#sink.quoted(text);
    return isSet;
  }
}
