import { Writer } from "protobufjs/minimal";
import type { Canonical, CanonicalValue, Field, Message } from "../../src/telemetry/message.ts";

/** Canonical OTLP-JSON back to protobuf, by the same table: what a well-behaved exporter would have sent. */
export function encodeOtlp(message: Message, object: Canonical, isPacked = true): Uint8Array {
  const writer = Writer.create();
  writeFields(writer, message, object, isPacked);
  return writer.finish();
}

function writeFields(writer: Writer, message: Message, object: Canonical, isPacked: boolean): void {
  // By number, as every protobuf writer does: the order of the lines is another.
  for (const field of message.byNumber) {
    const value = field && object[field.name];
    if (!field || value === undefined) continue;
    const wire = WIRE[field.kind];
    if (field.presence !== "repeated") writeTagged(writer, field, value, isPacked);
    else if (wire !== 2 && isPacked) {
      writer.uint32((field.number << 3) | 2).fork();
      for (const one of value as CanonicalValue[]) writeScalar(writer, field, one);
      writer.ldelim();
    } else for (const one of value as CanonicalValue[]) writeTagged(writer, field, one, isPacked);
  }
}

function writeTagged(writer: Writer, field: Field, value: CanonicalValue, isPacked: boolean): void {
  writer.uint32((field.number << 3) | WIRE[field.kind]);
  if (field.message) {
    writer.fork();
    writeFields(writer, field.message, value as Canonical, isPacked);
    writer.ldelim();
  } else writeScalar(writer, field, value);
}

const WIRE: Record<Field["kind"], number> = {
  string: 2,
  bool: 0,
  int32: 0,
  uint32: 0,
  sint32: 0,
  fixed32: 5,
  int64: 0,
  uint64: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  bytes: 2,
  traceId: 2,
  spanId: 2,
  enum: 0,
  message: 2,
};

function writeScalar(writer: Writer, field: Field, value: CanonicalValue): void {
  if (field.kind === "message") throw new TypeError("Cannot write a message as a scalar");
  SCALARS[field.kind](writer, value);
}

type WriteScalar = (writer: Writer, value: CanonicalValue) => void;

const writeInt32: WriteScalar = (writer, value) => writer.int32(value as number);
const writeUint64: WriteScalar = (writer, value) => writer.uint64(longOf(value));
const writeFixed64: WriteScalar = (writer, value) => writer.fixed64(longOf(value));
const writeHex: WriteScalar = (writer, value) => writer.bytes(Buffer.from(value as string, "hex"));

const SCALARS: Record<Exclude<Field["kind"], "message">, WriteScalar> = {
  string: (writer, value) => writer.string(value as string),
  bool: (writer, value) => writer.bool(value as boolean),
  int32: writeInt32,
  enum: writeInt32,
  uint32: (writer, value) => writer.uint32(value as number),
  sint32: (writer, value) => writer.sint32(value as number),
  fixed32: (writer, value) => writer.fixed32(value as number),
  int64: writeUint64,
  uint64: writeUint64,
  fixed64: writeFixed64,
  sfixed64: writeFixed64,
  double: (writer, value) => writer.double(Number(value)),
  bytes: (writer, value) => writer.bytes(Buffer.from(value as string, "base64")),
  traceId: writeHex,
  spanId: writeHex,
};

function longOf(value: CanonicalValue): never {
  const bits = BigInt.asUintN(64, BigInt(value as string));
  return { low: Number(bits & 0xffff_ffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: true } as never;
}
