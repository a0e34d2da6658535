import { Writer } from "protobufjs/minimal";
import { type Message, REQUESTS } from "../../src/telemetry/message.ts";
import type { Encoding } from "../../src/telemetry/response.ts";
import { SIGNALS, type Signal } from "../../src/telemetry/signal.ts";

/** Requests that are damaged on purpose, where each field of each message lies: not at random, but all of them. */

/** A body, and what is wrong with it. */
export type HostileRequest = {
  readonly what: string;
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
};

/** What may follow a tag: lengths that lie, lists that end within a value, integers without an end. */
const PAYLOADS: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["nothing", []],
  ["a length of none", [0]],
  ["a length beyond the end", [9, 1]],
  ["a length of 2 GiB", [0xff, 0xff, 0xff, 0xff, 0x07]],
  ["a length of ten bytes", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ["an integer without an end", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ["half a double in a list", [4, 0, 0, 0, 0]],
  ["a double and a half in a list", [12, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 1, 2, 3, 4]],
  ["an integer in a list that ends within it", [1, 0x80]],
  ["bytes that are not UTF-8", [3, 0xc3, 0x28, 0xff]],
  ["the end of a group", [2, 0x0c, 0x0c]],
  ["a group in itself", [4, 0x0b, 0x0b, 0x0c, 0x0c]],
];

/** One for each field of each message, each wire type and each payload. */
export function* hostileProtobuf(): Generator<HostileRequest> {
  for (const signal of SIGNALS) {
    for (const [message, path] of messagesOf(REQUESTS[signal])) {
      for (const number of [0, ...message.fields.map((field) => field.number), 99]) {
        for (const wire of [0, 1, 2, 3, 4, 5, 6, 7]) {
          for (const [found, payload] of PAYLOADS) {
            const inner = Buffer.concat([
              Writer.create()
                .uint32(number * 8 + wire)
                .finish(),
              Buffer.from(payload),
            ]);
            const what = `${message.name}, field ${number}, wire type ${wire}, ${found}`;
            yield { what, signal, encoding: "protobuf", bytes: within(path, inner) };
          }
        }
      }
    }
  }
}

const VALUES = [
  "null",
  "0",
  "-0",
  "1e999",
  '""',
  '"\\ud800"',
  "[]",
  "{}",
  "[[]]",
  "[null]",
  "true",
  "99999999999999999999",
  "[",
  '{"a"',
  "nul",
];

/** One for each field of each message and each value that it should not have. */
export function* hostileJson(): Generator<HostileRequest> {
  for (const signal of SIGNALS) {
    for (const [message, path] of messagesOf(REQUESTS[signal])) {
      for (const name of [...message.fields.map((field) => field.name), "__proto__", "constructor", "unknown"]) {
        for (const value of VALUES) {
          const inner = `{${JSON.stringify(name)}:${value}}`;
          const text = path.reduceRight(
            (text, { name: outer, isRepeated }) => `{"${outer}":${isRepeated ? `[${text}]` : text}}`,
            inner,
          );
          const what = `${message.name}, ${name}, ${value}`;
          yield { what, signal, encoding: "json", bytes: Buffer.from(text) };
        }
      }
    }
  }
}

type Step = { readonly number: number; readonly name: string; readonly isRepeated: boolean };

/** Each message once, and how it is reached. */
function messagesOf(request: Message): ReadonlyMap<Message, readonly Step[]> {
  const found = new Map<Message, readonly Step[]>([[request, []]]);
  for (const [message, path] of found) {
    for (const { message: inner, number, name, presence } of message.fields) {
      if (inner && !found.has(inner))
        found.set(inner, [...path, { number, name, isRepeated: presence === "repeated" }]);
    }
  }
  return found;
}

function within(path: readonly Step[], inner: Uint8Array): Uint8Array {
  return path.reduceRight<Uint8Array>(
    (bytes, { number }) =>
      Writer.create()
        .uint32(number * 8 + 2)
        .bytes(bytes)
        .finish(),
    inner,
  );
}
