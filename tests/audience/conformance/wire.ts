import { expect } from "bun:test";
import { gzipSync } from "node:zlib";
import { Reader } from "protobufjs/minimal";
import { isObject, parseJson } from "../../../src/kernel/text/json.ts";
import { type Canonical, REQUESTS } from "../../../src/telemetry/message.ts";
import type { Signal } from "../../../src/telemetry/signal.ts";
import { encodeOtlp } from "../../support/encode-otlp.ts";
import { grpcClient } from "../../support/grpc.ts";
import type { TestReceiver } from "../../support/receiver.ts";
import { textsOf } from "../../support/receiver-probe.ts";

/** The three transports as one, so that a case that holds for all of them is written once. */

/** What became of a request: a `google.rpc.Code`, 0 when it was taken, with the warning or the error's message. */
export type Outcome = { readonly code: number; readonly text: string };

/** How a test sends: an export request's bytes, by its transport's own rules. */
export type Transport = {
  readonly name: "http/json" | "http/protobuf" | "grpc";
  send(to: TestReceiver, signal: Signal, bytes: Uint8Array, gzip?: "gzip"): Promise<Outcome>;
  encode(signal: Signal, request: Canonical): Uint8Array;
};

const GZIP = { "content-encoding": "gzip" };

/** `Content-Type` of protobuf, as a header. */
export const PROTOBUF = { "content-type": "application/x-protobuf" } as const;

const json: Transport = {
  name: "http/json",
  encode: (_, request) => Buffer.from(JSON.stringify(request)),
  async send(to, signal, bytes, gzip) {
    const body = gzip ? gzipSync(bytes) : bytes;
    return outcomeOf(await to.post(`/v1/${signal}`, body, gzip ? GZIP : {}));
  },
};

const protobuf: Transport = {
  name: "http/protobuf",
  encode: (signal, request) => encodeOtlp(REQUESTS[signal], request),
  async send(to, signal, bytes, gzip) {
    const body = gzip ? gzipSync(bytes) : bytes;
    return outcomeOf(await to.post(`/v1/${signal}`, body, { ...PROTOBUF, ...(gzip ? GZIP : {}) }));
  },
};

const grpc: Transport = {
  name: "grpc",
  encode: protobuf.encode,
  async send(to, signal, bytes, gzip) {
    using client = grpcClient(to.health.ports.grpc, { gzip: gzip !== undefined });
    const { code, message, response } = await client.export(signal, bytes);
    return { code, text: code === 0 ? warningIn(response) : message };
  },
};

/** All of them; those that carry protobuf; JSON alone. */
export const TRANSPORTS: readonly Transport[] = [json, protobuf, grpc];
export const BINARY_TRANSPORTS: readonly Transport[] = [protobuf, grpc];
export const JSON_TRANSPORT: Transport = json;

/** What an answer over HTTP says; that it says so in the request's encoding is part of every case. */
export async function outcomeOf(response: Response): Promise<Outcome> {
  const isJson = response.headers.get("content-type") === "application/json";
  if (!isJson) expect(response.headers.get("content-type")).toBe("application/x-protobuf");
  const bytes = Buffer.from(await response.bytes());
  if (response.status !== 200) return isJson ? statusInJson(bytes) : statusInProtobuf(bytes);
  if (!isJson) return { code: 0, text: warningIn(bytes) };
  const partial = memberOf(parseJson(bytes.toString()), "partialSuccess");
  return { code: 0, text: partial === undefined ? "" : JSON.stringify(partial) };
}

function statusInJson(bytes: Buffer): Outcome {
  const status = parseJson(bytes.toString());
  const [code, message] = [memberOf(status, "code"), memberOf(status, "message")];
  if (typeof code !== "number" || typeof message !== "string") throw new Error(`No google.rpc.Status: ${bytes}`);
  return { code, text: message };
}

/** @source google/rpc/status.proto: code = 1, message = 2. */
function statusInProtobuf(bytes: Buffer): Outcome {
  const reader = Reader.create(bytes);
  expect(reader.uint32()).toBe(8);
  const code = reader.int32();
  expect(reader.uint32()).toBe(18);
  return { code, text: reader.string() };
}

/** The message of a `partialSuccess`, field 2 of field 1; `""` where there is none. */
function warningIn(bytes: Buffer): string {
  const reader = Reader.create(bytes);
  if (bytes.length === 0) return "";
  expect(reader.uint32()).toBe(10);
  const end = reader.uint32() + reader.pos;
  let text = "";
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 18) text = reader.string();
    else reader.skipType(tag & 7);
  }
  return text;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value as never) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** What a signal's file gained while something was done. */
export async function gained<T>(
  at: TestReceiver,
  act: () => Promise<T>,
  signal: Signal = "logs",
): Promise<{ readonly answer: T; readonly lines: readonly unknown[] }> {
  const before = textsOf(at, signal).length;
  const answer = await act();
  return { answer, lines: at.lines(signal).slice(before) };
}

/** Sends a body that must be taken without a word and become these lines. */
export async function expectLines(
  at: TestReceiver,
  {
    transport,
    signal = "logs",
    bytes,
    gzip,
  }: { transport: Transport; signal?: Signal; bytes: Uint8Array; gzip?: "gzip" },
  lines: readonly unknown[],
): Promise<void> {
  const found = await gained(at, () => transport.send(at, signal, bytes, gzip), signal);
  expect({ transport: transport.name, ...found }).toEqual({
    transport: transport.name,
    answer: { code: 0, text: "" },
    lines,
  });
}

/** Sends a body that must be refused with a code and leave no line. */
export async function expectRefused(
  at: TestReceiver,
  { transport, signal = "logs", bytes }: { transport: Transport; signal?: Signal; bytes: Uint8Array },
  code: number,
): Promise<void> {
  const { answer, lines } = await gained(at, () => transport.send(at, signal, bytes), signal);
  expect({ transport: transport.name, code: answer.code, lines }).toEqual({
    transport: transport.name,
    code,
    lines: [],
  });
  expect(answer.text).not.toBe("");
}

let marks = 0;

/** A request of one log record like no other, canonical; with more in the record where that is given. */
export function logsRequest(more: Canonical = {}): Canonical {
  const attributes = [{ key: "mark", value: { intValue: String(++marks) } }];
  const record = { timeUnixNano: "1795351211328000000", body: { stringValue: "user_prompt" }, attributes, ...more };
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: "s" }, logRecords: [record] }] }] };
}

/** The request of one attribute value, as JSON text, and the line that it becomes. */
export function withValue(valueJson: string): Uint8Array {
  return Buffer.from(
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"k","value":${valueJson}}]}]}]}]}`,
  );
}

/** The line of {@link withValue}. */
export function lineOfValue(value: unknown): unknown {
  const logRecords = [{ body: {}, attributes: [{ key: "k", value }] }];
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
}
