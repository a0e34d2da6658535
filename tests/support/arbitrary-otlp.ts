import fc from "fast-check";
import {
  type Canonical,
  type CanonicalValue,
  emptyMessage,
  type Field,
  type Message,
} from "../../src/telemetry/message.ts";

const DEPTH_MAX = 9;

/** Canonical messages of any shape the table allows, defaults left out as the writer leaves them out. */
export function arbitraryMessage(message: Message, depth = 0): fc.Arbitrary<Canonical> {
  if (depth > DEPTH_MAX) return fc.constant(strip(emptyMessage(message)));
  if (message.isUnion) return fc.oneof(fc.constant({}), ...message.fields.map((field) => record([field], depth)));
  const others = message.fields.filter((field) => field.presence !== "arm");
  const shapes = message.arms.length > 0 ? [others, ...message.arms.map((arm) => [...others, arm])] : [others];
  return fc.oneof(...shapes.map((fields) => record(inOrder(message, fields), depth)));
}

function inOrder(message: Message, fields: readonly Field[]): Field[] {
  return message.fields.filter((field) => fields.includes(field));
}

function record(fields: readonly Field[], depth: number): fc.Arbitrary<Canonical> {
  const requiredKeys = fields.filter((field) => field.presence === "always" || field.presence === "arm");
  const values = Object.fromEntries(fields.map((field) => [field.name, arbitraryField(field, depth)]));
  return fc
    .record(values, { requiredKeys: requiredKeys.map((field) => field.name) })
    .map((found) =>
      Object.fromEntries(fields.filter(({ name }) => name in found).map(({ name }) => [name, found[name]])),
    );
}

function arbitraryField(field: Field, depth: number): fc.Arbitrary<CanonicalValue> {
  if (field.presence === "repeated") return fc.array(arbitraryOne(field, depth), { minLength: 1, maxLength: 2 });
  const one = arbitraryOne(field, depth);
  const isDefault = (value: CanonicalValue) => value === "" || value === "0" || value === 0 || value === false;
  return field.presence === "set" ? one.filter((value) => !isDefault(value)) : one;
}

function arbitraryOne(field: Field, depth: number): fc.Arbitrary<CanonicalValue> {
  const integers = { int32: fc.integer(), uint32: fc.nat(), sint32: fc.integer(), fixed32: fc.nat(), enum: fc.nat(30) };
  const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
  const unsigned = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
  switch (field.kind) {
    case "message":
      return field.message ? arbitraryMessage(field.message, depth + 1) : fc.constant({});
    case "string":
      return fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.toWellFormed());
    case "bool":
      return fc.boolean();
    case "int64":
    case "sfixed64":
      return signed;
    case "uint64":
    case "fixed64":
      return unsigned;
    case "double":
      return fc.oneof(
        fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
        fc.constantFrom("NaN", "Infinity", "-Infinity"),
      );
    case "bytes":
      return fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString("base64"));
    case "traceId":
      return fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => hexOrOne(bytes));
    case "spanId":
      return fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => hexOrOne(bytes));
    default:
      return integers[field.kind];
  }
}

function hexOrOne(bytes: Uint8Array): string {
  return Buffer.from(bytes.some((byte) => byte !== 0) ? bytes : bytes.fill(1)).toString("hex");
}

/** Without the fields that are `undefined`, for comparing with what JSON gives back. */
export function strip(object: Canonical): Canonical {
  return JSON.parse(JSON.stringify(object));
}
