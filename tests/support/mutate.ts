import type { Random } from "./random.ts";

/** Damage to bodies: what comes of broken clients, of broken networks and of those who try to break a decoder. */

/** One way to damage a body; `other` is another body to take parts from. */
type Mutation = (body: Buffer, random: Random, other: Buffer) => Buffer;

const INSERTED_BYTES_MAX = 64;
const NESTED_MAX = 200;
const VALUE_WRAPS_MAX = 80;

const flipBits: Mutation = (body, random) => {
  const damaged = Buffer.from(body);
  for (let flips = 1 + random.whole(8); flips > 0 && damaged.length > 0; flips -= 1) {
    const at = random.whole(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random.whole(8));
  }
  return damaged;
};

const truncate: Mutation = (body, random) => body.subarray(0, random.whole(body.length + 1));

const splice: Mutation = (body, random, other) => {
  const from = random.whole(other.length + 1);
  const taken = other.subarray(from, from + random.whole(other.length - from + 1));
  const at = random.whole(body.length + 1);
  return Buffer.concat([body.subarray(0, at), taken, body.subarray(at + random.whole(body.length - at + 1))]);
};

const repeat: Mutation = (body, random) => {
  const from = random.whole(body.length + 1);
  const part = body.subarray(from, from + random.whole(Math.min(256, body.length - from) + 1));
  return Buffer.concat([body.subarray(0, from), ...Array<Buffer>(2 + random.whole(6)).fill(part), body.subarray(from)]);
};

const noise: Mutation = (body, random) => {
  const bytes = Buffer.from(Array.from({ length: 1 + random.whole(INSERTED_BYTES_MAX) }, () => random.whole(256)));
  return insert(body, random, bytes);
};

/** A number of ten bytes and more, where a tag, a length or a value is expected. */
const hugeVarint: Mutation = (body, random) => {
  const digits = Buffer.alloc(1 + random.whole(12), 0xff);
  return insert(body, random, Buffer.concat([digits, Buffer.from([random.whole(128)])]));
};

/** Another length: some byte becomes a large, small or slightly different one. */
const otherLength: Mutation = (body, random) => {
  if (body.length === 0) return body;
  const damaged = Buffer.from(body);
  const at = random.whole(damaged.length);
  const former = damaged[at] ?? 0;
  damaged[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, (former + 1) & 0xff, (former - 1) & 0xff]);
  return damaged;
};

/** Messages within messages: length-delimited fields of one number, each around the one before. */
const nestMessages: Mutation = (body, random) => {
  const tag = Buffer.from([(random.pick([1, 2, 5, 6]) << 3) | 2]);
  let inner = Buffer.from([0x08, 0x01]);
  for (let depth = random.whole(NESTED_MAX); depth > 0; depth -= 1) {
    inner = Buffer.concat([tag, varint(inner.length), inner]);
  }
  return insert(body, random, inner);
};

const otherToken: Mutation = (body, random) => {
  const text = body.toString("latin1");
  const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|[[\]{}:,]/g)];
  if (found.length === 0) return body;
  const { index, 0: token } = random.pick(found);
  return Buffer.from(text.slice(0, index) + random.pick(TOKENS) + text.slice(index + token.length), "latin1");
};

const nestTokens: Mutation = (body, random) => {
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"arrayValue":{"values":[', "]}}"],
    ['{"kvlistValue":{"values":[{"key":"k","value":', "}]}}"],
    ['{"a":', "}"],
  ] as const);
  const depth = random.whole(VALUE_WRAPS_MAX);
  const text = body.toString("latin1");
  const values = [...text.matchAll(/\{"(?:string|int|double|bool)Value":[^{}]*\}/g)];
  if (values.length === 0) return insert(body, random, Buffer.from(open.repeat(depth) + close.repeat(depth)));
  const { index, 0: value } = random.pick(values);
  const nested = open.repeat(depth) + value + close.repeat(depth);
  return Buffer.from(text.slice(0, index) + nested + text.slice(index + value.length), "latin1");
};

const TOKENS = [
  ...["null", "true", "{}", "[]", "[null]", '""', "0", "-0", "-1", "1e999", "0.1", "4294967296", "2147483648"],
  ...[
    "9007199254740993",
    "18446744073709551616",
    "-9223372036854775809",
    '"9223372036854775808"',
    '"1e3"',
    '"1e999"',
    '" 1"',
  ],
  ...['"NaN"', '"Infinity"', '"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\n"', '"\\u2028"', '"__proto__"', '"x":1'],
  ...['"SPAN_KIND_SERVER"', '"AA=A"', '{"0":1,"1":256}', '{"doubleValue":{}}', '{"stringValue":"a","intValue":"1"}'],
  ...["{", "}", "[", "]", ",", ":", '"'],
];

const ANY: readonly Mutation[] = [flipBits, truncate, splice, repeat, noise];

/** What each encoding is damaged by. */
export const MUTATIONS: Readonly<Record<"protobuf" | "json", readonly Mutation[]>> = {
  protobuf: [...ANY, hugeVarint, otherLength, otherLength, nestMessages],
  // Few bytes of JSON can change and leave it JSON: what does so has the greater share.
  json: [...ANY, ...Array<Mutation>(10).fill(otherToken), nestTokens, nestTokens],
};

/** A body damaged once to three times. */
export function mutate(body: Buffer, random: Random, from: { mutations: readonly Mutation[]; other: Buffer }): Buffer {
  let damaged = body;
  for (let times = 1 + random.whole(3); times > 0; times -= 1) {
    damaged = random.pick(from.mutations)(damaged, random, from.other);
  }
  return damaged;
}

function insert(body: Buffer, random: Random, bytes: Buffer): Buffer {
  const at = random.whole(body.length + 1);
  return Buffer.concat([body.subarray(0, at), bytes, body.subarray(at)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
