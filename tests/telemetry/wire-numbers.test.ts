import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { REQUESTS } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { RequestReader } from "../../src/telemetry/request-reader.ts";
import { MESSAGE_ROWS } from "../../src/telemetry/schema.ts";
import type { Signal } from "../../src/telemetry/signal.ts";
import { CHECKOUT } from "../support/binary.ts";
import { exportedLogs, exportedMetrics, exportedTraces } from "../support/javascript-exporter.ts";
import { ARMS_MAX, allNumbers, sampleOf } from "../support/otlp-by-number.ts";

/**
 * Protobuf that the product did not write itself: by a table of numbers of its own, by OpenTelemetry's serialisers and by the real
 * client. In JSON the same request names its fields, so both must become one line.
 */

const FIXTURES = join(CHECKOUT, "tests/fixtures/telemetry");
const reader = new RequestReader(protobufCodec);

/** The product calls two messages by longer names than the protocol, which nests them in `Span`. */
const RENAMED: Readonly<Record<string, string>> = { SpanEvent: "Event", SpanLink: "Link" };

const ARMS = Array.from({ length: ARMS_MAX }, (_, arm) => arm);

async function lineOf(signal: Signal, encoding: "json" | "protobuf", bytes: Uint8Array): Promise<unknown> {
  const { lines, valuesDropped } = await reader.read({ signal, encoding, bytes });
  expect(valuesDropped).toBe(0);
  return JSON.parse(Buffer.from(lines).toString());
}

describe.each(["logs", "metrics", "traces"] as const)("a request of %s with every field set", (signal) => {
  test.each(ARMS)("is the same line from protobuf as from JSON, with arm %d of each oneof", async (arm) => {
    for (const isPacked of [true, false]) {
      const { json, protobuf } = sampleOf(REQUESTS[signal].name, arm, isPacked);
      const fromJson = await lineOf(signal, "json", Buffer.from(JSON.stringify(json)));
      expect(fromJson).toEqual(json);
      expect(await lineOf(signal, "protobuf", protobuf)).toEqual(json);
      // The thorough decoder by itself, for the quick one reads these.
      const [line] = linesOf(signal, decodeProtobuf(REQUESTS[signal], protobuf).request).lines;
      expect(JSON.parse(line ?? "")).toEqual(json);
    }
  });
});

test("the product knows each field of the protocol by its number, and no other", () => {
  const known = Object.entries(MESSAGE_ROWS).flatMap(([message, rows]) =>
    Object.entries(rows).map(([field, { number }]) => [`${RENAMED[message] ?? message}.${field}`, number] as const),
  );
  expect(Object.fromEntries(known.toSorted())).toEqual(Object.fromEntries([...allNumbers()].toSorted()));
});

describe("what OpenTelemetry's JavaScript exporter writes", () => {
  test.each([
    ["logs", exportedLogs],
    ["metrics", exportedMetrics],
    ["traces", exportedTraces],
  ] as const)("of %s is the same line from protobuf as from JSON", async (signal, exported) => {
    const { json, protobuf } = exported();
    const fromJson = await lineOf(signal, "json", json);
    expect(await lineOf(signal, "protobuf", protobuf)).toEqual(fromJson);
    expect(JSON.stringify(fromJson).length).toBeGreaterThan(1_000);
  });
});

/** The names of fields and attributes and the kinds of their values; tools that run at once end in any order. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(shapeOf(one))).sort();
  if (typeof value !== "object" || value === null) return typeof value;
  const entries = Object.entries(value).map(([name, inner]) => [name, name === "key" ? inner : shapeOf(inner)]);
  return Object.fromEntries(entries);
}

test.each([
  ["logs", "000-logs"],
  ["metrics", "001-metrics"],
] as const)(
  "the %s of one script, recorded from the real client over JSON and over protobuf, have one shape",
  (signal, name) => {
    const body = (kind: string, extension: string) =>
      readFileSync(join(FIXTURES, `quick-http-${kind}`, `${name}.${extension}`));
    const json = decodeJson(REQUESTS[signal], body("json", "json")).request;
    const protobuf = decodeProtobuf(REQUESTS[signal], body("protobuf", "pb")).request;
    expect(shapeOf(JSON.parse(JSON.stringify(protobuf)))).toEqual(shapeOf(JSON.parse(JSON.stringify(json))));
  },
);
