import { Reader } from "protobufjs/minimal";
import { LIMITS } from "../../kernel/limits.ts";
import { int64Text, uint64Text } from "../int64-text.ts";
import {
  Bounds,
  type Canonical,
  type CanonicalValue,
  type Decoded,
  DecodeError,
  type Field,
  fillAlways,
  type Kind,
  type Message,
} from "../message.ts";
import { ID_BYTES, WIRE, wireOf } from "../wire.ts";

/**
 * Protobuf to canonical OTLP-JSON, driven by the table of messages. protobufjs reads the wire; what is repeated, last
 * wins, merges or is skipped follows the protobuf encoding's rules.
 *
 * @source https://protobuf.dev/programming-guides/encoding
 */

/**
 * Decodes an export request.
 *
 * @param elementsMax Messages, and values of lists, that it may hold.
 * @throws {DecodeError} when the bytes are not that message, or go beyond that or `LIMITS.otlpDepthMax`.
 */
export function decodeProtobuf(
  message: Message,
  bytes: Uint8Array,
  elementsMax: number = LIMITS.otlpMessagesMax,
): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const reading = new ProtobufReading(buffer, elementsMax);
    const request = reading.fields(message, { ...message.blank }, 0);
    const isRecognised = bytes.length === 0 || message.fields.some((field) => request[field.name] !== undefined);
    return { request, valuesDropped: 0, elements: reading.bounds.elements, isRecognised };
  } catch (error) {
    if (error instanceof DecodeError || error instanceof TypeError || !(error instanceof Error)) throw error;
    throw new DecodeError(`Cannot read protobuf as ${message.name}: ${error.message}`, { cause: error });
  }
}

/** One request being read. */
class ProtobufReading {
  readonly #reader: Reader;
  readonly bounds: Bounds;

  constructor(buffer: Buffer, elementsMax: number) {
    this.#reader = Reader.create(buffer);
    this.bounds = new Bounds(elementsMax);
  }

  /** Reads fields up to the reader's end into `object`, which may hold what an earlier part of the message said. */
  fields(message: Message, object: Canonical, depth: number): Canonical {
    const reader = this.#reader;
    const { byNumber } = message;
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      const field = byNumber[tag >>> 3];
      if (field === undefined) {
        reader.skipType(tag & 7, 0, tag >>> 3);
      } else if (field.presence === "repeated") {
        this.#repeated(field, tag & 7, object, depth);
      } else {
        expectWire(field, tag & 7);
        if (field.presence === "arm") clearOtherArms(message, field, object);
        object[field.name] = this.#single(field, object[field.name], depth);
      }
    }
    if (message.always.length > 0) fillAlways(message, object);
    return object;
  }

  #single(field: Field, former: CanonicalValue | undefined, depth: number): CanonicalValue | undefined {
    if (field.message) return this.#message(field.message, former as Canonical | undefined, depth);
    const value = readScalar(this.#reader, field.kind);
    const isDefault = value === "" || value === 0 || value === "0" || value === false;
    return isDefault && field.presence === "set" ? undefined : value;
  }

  #repeated(field: Field, wire: number, object: Canonical, depth: number): void {
    const values = (object[field.name] as CanonicalValue[] | undefined) ?? [];
    if (wire === WIRE.bytes && wireOf(field.kind) !== WIRE.bytes) {
      const outer = enter(this.#reader);
      while (this.#reader.pos < this.#reader.len) values.push(this.#scalarOf(field));
      this.#reader.len = outer;
    } else {
      expectWire(field, wire);
      const { message } = field;
      values.push(message ? this.#message(message, undefined, depth) : this.#scalarOf(field));
    }
    if (values.length > 0) object[field.name] = values;
  }

  /** One of a list of scalars. */
  #scalarOf(field: Field): CanonicalValue {
    this.bounds.take();
    return readScalar(this.#reader, field.kind);
  }

  #message(message: Message, former: Canonical | undefined, depth: number): Canonical {
    const inner = message.isUnion ? depth + 1 : depth;
    this.bounds.take();
    this.bounds.checkDepth(inner);
    const outer = enter(this.#reader);
    const object = this.fields(message, former ?? { ...message.blank }, inner);
    this.#reader.len = outer;
    return object;
  }
}

/** The last arm of a oneof wins. */
function clearOtherArms(message: Message, field: Field, object: Canonical): void {
  for (const other of message.arms) {
    if (other !== field && object[other.name] !== undefined) object[other.name] = undefined;
  }
}

/** Narrows the reader to what its next length says; answers the end to go back to. */
function enter(reader: Reader): number {
  const outer = reader.len;
  const end = reader.size() + reader.pos;
  if (end > outer) throw new DecodeError(`Cannot read protobuf: it ends at byte ${outer} inside of a field`);
  reader.len = end;
  return outer;
}

function readScalar(reader: Reader, kind: Kind): string | number | boolean {
  switch (kind) {
    case "string":
      return reader.string();
    case "bool":
      return reader.bool();
    case "int32":
    case "enum":
      return reader.int32();
    case "uint32":
      return reader.uint32();
    case "sint32":
      return reader.sint32();
    case "fixed32":
      return reader.fixed32();
    case "int64":
      return varint64(reader, true);
    case "uint64":
      return varint64(reader, false);
    case "fixed64": {
      const low = reader.fixed32();
      return uint64Text(reader.fixed32(), low);
    }
    case "sfixed64": {
      const low = reader.fixed32();
      return int64Text(reader.fixed32(), low);
    }
    case "double":
      return doubleJson(reader.double());
    case "bytes":
      return bufferOf(reader).toString("base64");
    case "traceId":
      return idHex(bufferOf(reader), ID_BYTES.traceId);
    case "spanId":
      return idHex(bufferOf(reader), ID_BYTES.spanId);
    case "message":
      throw new TypeError("A message is not a scalar");
    default:
      throw new TypeError(`No such kind of field: ${kind satisfies never}`);
  }
}

function varint64(reader: Reader, isSigned: boolean): string {
  const value = isSigned ? reader.int64() : reader.uint64();
  if (typeof value === "number") return String(value);
  const [high, low] = [value.high >>> 0, value.low >>> 0];
  return isSigned ? int64Text(high, low) : uint64Text(high, low);
}

function bufferOf(reader: Reader): Buffer {
  const bytes = reader.bytes();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Lower-case hex; an id that was not sent, or is all zeros, is none. */
function idHex(bytes: Buffer, length: number): string {
  if (bytes.length === 0) return "";
  if (bytes.length !== length) {
    throw new DecodeError(`Cannot read an id of ${bytes.length} bytes: it has ${length}`);
  }
  return bytes.every((byte) => byte === 0) ? "" : bytes.toString("hex");
}

/** A double as JSON can hold it. */
function doubleJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function expectWire(field: Field, wire: number): void {
  if (wire !== wireOf(field.kind)) {
    throw new DecodeError(`Cannot read the field "${field.name}": its wire type is ${wire}, not ${wireOf(field.kind)}`);
  }
}
