import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { LIMITS } from "../../src/kernel/limits.ts";
import { cutJson } from "../../src/telemetry/json/cut.ts";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { linePlans } from "../../src/telemetry/line/line-plan.ts";
import { type Canonical, DecodeError, REQUESTS } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { cutProtobuf } from "../../src/telemetry/protobuf/cut.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { LEVELS, messagesAt } from "../../src/telemetry/records.ts";
import { RequestReader } from "../../src/telemetry/request-reader.ts";
import type { Encoding } from "../../src/telemetry/response.ts";
import { SIGNALS, type Signal } from "../../src/telemetry/signal.ts";
import { arbitraryMessage } from "../support/arbitrary-otlp.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";

const CUT = { json: cutJson, protobuf: cutProtobuf } as const;
const DECODE = { json: decodeJson, protobuf: decodeProtobuf } as const;
const ENCODINGS = ["json", "protobuf"] as const satisfies readonly Encoding[];
/** So small that generated requests are cut, and so large that what is repeated fits. */
const SMALL = { bytesMax: 400, repeatedBytesMax: 300 };

function encoded(encoding: Encoding, signal: Signal, request: Canonical): Uint8Array {
  return encoding === "json" ? Buffer.from(JSON.stringify(request)) : encodeOtlp(REQUESTS[signal], request);
}

function cutAt(encoding: Encoding, signal: Signal, bytes: Uint8Array): readonly Uint8Array[] {
  return [...CUT[encoding](linePlans()[signal], bytes, SMALL)];
}

/** Each record, span or point with all that it lies in, as text. */
function placedRecords(signal: Signal, request: Canonical): string[] {
  const { resources, scopes, items } = LEVELS[signal];
  return messagesAt(request, resources).flatMap((resource) =>
    messagesAt(resource, scopes).flatMap((scope) =>
      messagesAt(scope, items)
        .flatMap((item) => (signal === "metrics" ? pointsApart(item) : [item]))
        .map((item) => JSON.stringify([without(resource, scopes), without(scope, items), item])),
    ),
  );
}

function pointsApart(metric: Canonical): readonly Canonical[] {
  return Object.entries(metric).flatMap(([kind, data]) =>
    typeof data !== "object" || Array.isArray(data)
      ? []
      : messagesAt(data as Canonical, "dataPoints").map((point) => ({
          ...metric,
          [kind]: { ...(data as Canonical), dataPoints: [point] },
        })),
  );
}

function without(object: Canonical, name: string): Canonical {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** The same JSON with blanks everywhere and members in another order. */
function otherwiseWritten(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map(otherwiseWritten).join(" ,\n")} ]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toReversed();
  return `{\t${members.map(([name, inner]) => `${JSON.stringify(name)} :\r\n${otherwiseWritten(inner)}`).join(" , ")} }`;
}

describe.each(ENCODINGS)("a long request in %s", (encoding) => {
  test.each(SIGNALS)("of %s says in parts what it says as a whole", (signal) => {
    let cuts = 0;
    const check = (request: Canonical, bytes: Uint8Array) => {
      const parts = cutAt(encoding, signal, bytes);
      cuts += parts.length - 1;
      const read = parts.map((part) => DECODE[encoding](REQUESTS[signal], part).request);
      expect(read.flatMap((part) => placedRecords(signal, part))).toEqual(placedRecords(signal, request));
      const lengths = parts.map((part) => part.length);
      expect(lengths.reduce((sum, length) => sum + length, 0)).toBeLessThan(20 * bytes.length + SMALL.bytesMax);
    };
    fc.assert(
      fc.property(arbitraryMessage(REQUESTS[signal]), (request) => {
        check(request, encoded(encoding, signal, request));
        if (encoding === "json") check(request, Buffer.from(otherwiseWritten(request)));
      }),
      { numRuns: 300 },
    );
    expect(cuts).toBeGreaterThan(100);
  });

  test("that is damaged is refused in parts where it is refused as a whole", () => {
    const request = logs(encoding === "json" ? 60 : 200, {});
    const bytes = Buffer.from(encoded(encoding, "logs", request));
    const read = (body: Uint8Array) =>
      cutAt(encoding, "logs", body).map((part) => DECODE[encoding](REQUESTS.logs, part));
    expect(read(bytes).length).toBeGreaterThan(5);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const byte of [0x00, 0x2c, 0x5d, 0x7d, 0x22, 0xff]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = byte;
        const whole = outcome(() => placedRecords("logs", DECODE[encoding](REQUESTS.logs, damaged).request));
        const parts = outcome(() => read(damaged).flatMap((part) => placedRecords("logs", part.request)));
        expect(parts).toEqual(whole);
      }
    }
  });

  test("is read in parts, and one record of it may be longer than a part", async () => {
    const reader = new RequestReader(protobufCodec);
    const text = "x".repeat(LIMITS.otlpPartBytes * 2);
    const attributes = [{ key: "session.id", value: { stringValue: "s" } }];
    const request = logs(20, { body: { stringValue: text }, attributes });
    const read = await reader.read({ signal: "logs", encoding, bytes: encoded(encoding, "logs", request) });
    expect(read).toMatchObject({ records: 20, recordsTooLong: 0, valuesDropped: 0, isRecognised: true });
    expect(read.sessions.size).toBe(1);
    const lines = Buffer.from(read.lines).toString().trimEnd().split("\n");
    const records = lines.flatMap((line) => placedRecords("logs", JSON.parse(line)));
    expect(records).toEqual(placedRecords("logs", request));
  });
});

test("of JSON, one with a key in escapes or the same key twice is not cut", () => {
  const record = '{"body":{"stringValue":"x"}}';
  const records = Array<string>(40).fill(record).join();
  const escaped = `{"resourceLogs":[{"scopeLogs":[{"logRecord\\u0073":[${records}],"logRecords":[${records}]}]}]}`;
  const twice = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${records}],"logRecords":[${record}]}]}]}`;
  for (const [body, count] of [
    [escaped, 40],
    [twice, 1],
  ] as const) {
    const parts = cutAt("json", "logs", Buffer.from(body));
    const read = parts.flatMap((part) => placedRecords("logs", decodeJson(REQUESTS.logs, part).request));
    expect(read).toHaveLength(count);
  }
});

function logs(count: number, record: Canonical): Canonical {
  const logRecords = Array.from({ length: count }, (_, index) => ({
    timeUnixNano: String(index + 1),
    body: {},
    ...record,
  }));
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
}

function outcome<T>(read: () => T): T | "refused" {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) return "refused";
    throw error;
  }
}
