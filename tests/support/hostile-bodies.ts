import { constants, deflateRawSync } from "node:zlib";
import { Writer } from "protobufjs/minimal";

/** Bodies that are made to exhaust their reader. */

const MiB = 1024 * 1024;
/** Of one gzip member, without a name or a time. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** One gzip member of so many MiB of zeros, at about a thousandth of that, in pieces. */
export function* gzipBomb(sizeMiB: number): Generator<Uint8Array> {
  // Flushed wholly, so that the piece can follow itself: nothing in it refers to what came before.
  const piece = deflateRawSync(Buffer.alloc(16 * MiB), { finishFlush: constants.Z_FULL_FLUSH });
  yield GZIP_HEAD;
  for (let made = 0; made < sizeMiB; made += 16) yield piece;
}

/** An attribute whose value lies within so many arrays, as JSON. */
export function deepJson(depth: number): Buffer {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${"]}}".repeat(depth)}`;
  return Buffer.from(
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"k","value":${value}}]}]}]}]}`,
  );
}

/** The same in protobuf, on a resource. */
export function deepProtobuf(depth: number): Buffer {
  const heads: Buffer[] = [];
  let length = 0;
  const around = (number: number) => {
    const head = Buffer.from(
      Writer.create()
        .uint32((number << 3) | 2)
        .uint32(length)
        .finish(),
    );
    heads.push(head);
    length += head.length;
  };
  for (let level = 0; level < depth; level += 1) for (const number of [1, 5]) around(number);
  for (const number of [2, 1, 1, 1]) around(number);
  return Buffer.concat(heads.reverse());
}

/** A body that holds far more than its length says, and which it is. */
export type WideBody = { readonly what: string; readonly type: string; readonly body: Buffer };

/**
 * Bodies of so many bytes that are made of as many small things as fit: a reader that makes an object of each needs gigabytes. Sent with
 * gzip they are a few hundred kilobytes.
 */
export function wideBodies(bytes: number): readonly WideBody[] {
  const [json, protobuf] = ["application/json", "application/x-protobuf"];
  const filled = (text: string) => Buffer.alloc(bytes, text);
  const around = (before: string, text: string, after: string) => {
    const count = Math.floor((bytes - before.length - after.length) / text.length);
    return Buffer.from(before + text.repeat(count) + after);
  };
  const logs = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[';
  return [
    { what: "opening brackets", type: json, body: filled("[") },
    { what: "opening braces", type: json, body: filled('{"a":') },
    { what: "empty arrays", type: json, body: around("[", "[],", "[]]") },
    { what: "empty objects", type: json, body: around('{"unknown":[', "{},", "{}]}") },
    { what: "empty resources", type: json, body: around('{"resourceLogs":[', "{},", "{}]}") },
    { what: "empty records", type: json, body: around(logs, "{},", "{}]}]}]}") },
    {
      what: "empty values of one record",
      type: json,
      body: around(`${logs}{"body":{"arrayValue":{"values":[`, "{},", "{}]}}}]}]}]}"),
    },
    { what: "numbers in an unknown field", type: json, body: around('{"unknown":[', "0,", "0]}") },
    { what: "the same key", type: json, body: around("{", '"resourceLogs":[],', '"a":0}') },
    { what: "different keys", type: json, body: differentKeys(bytes) },
    { what: "one key", type: json, body: around('{"', "k", '":0}') },
    { what: "control characters", type: json, body: around(`${logs}{"body":{"stringValue":"`, "\\u0001", '"}}]}]}]}') },
    { what: "blanks", type: json, body: around(" ", " ", "[") },
    { what: "empty resources", type: protobuf, body: filled("\n\0") },
    { what: "fields that are unknown", type: protobuf, body: filled("x\0") },
    { what: "groups within groups", type: protobuf, body: filled("{") },
    { what: "groups side by side", type: protobuf, body: filled("{|") },
    { what: "empty records", type: protobuf, body: nested([10, 18], Buffer.alloc(bytes - 16, "\x12\0")) },
    {
      what: "empty values of one record",
      type: protobuf,
      body: nested([10, 18, 18, 42, 42], Buffer.alloc(bytes - 32, "\n\0")),
    },
    { what: "control characters", type: protobuf, body: nested([10, 18, 18, 42, 10], Buffer.alloc(bytes - 32, 1)) },
  ];
}

function differentKeys(bytes: number): Buffer {
  const keys: string[] = [];
  for (let [length, index] = [2, 0]; length < bytes - 16; index += 1) {
    const key = `"${index.toString(36)}":{}`;
    keys.push(key);
    length += key.length + 1;
  }
  return Buffer.from(`{${keys.join()}}`);
}

/** Bytes within messages, each tag around the next. */
function nested(tags: readonly number[], inner: Uint8Array): Buffer {
  return Buffer.from(
    tags.reduceRight<Uint8Array>((bytes, tag) => Writer.create().uint32(tag).bytes(bytes).finish(), inner),
  );
}
