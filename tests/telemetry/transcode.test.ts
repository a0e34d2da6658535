import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LIMITS } from "../../src/kernel/limits.ts";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { JsonTranscoder } from "../../src/telemetry/json/transcode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { linePlans } from "../../src/telemetry/line/line-plan.ts";
import { sessionDigest } from "../../src/telemetry/line/record-count.ts";
import { type Canonical, DecodeError, REQUESTS } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { ProtobufTranscoder } from "../../src/telemetry/protobuf/transcode.ts";
import { type ReadRequest, RequestReader } from "../../src/telemetry/request-reader.ts";
import type { Encoding } from "../../src/telemetry/response.ts";
import { SIGNALS, type Signal } from "../../src/telemetry/signal.ts";
import { arbitraryMessage } from "../support/arbitrary-otlp.ts";
import { CHECKOUT } from "../support/binary.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";
import { MUTATIONS, mutate } from "../support/mutate.ts";
import { seededRandom } from "../support/random.ts";
import { testSeed } from "../support/seed.ts";

const QUICK = { json: new JsonTranscoder(), protobuf: new ProtobufTranscoder() } as const;
const THOROUGH = { json: decodeJson, protobuf: decodeProtobuf } as const;
const ENCODINGS = ["json", "protobuf"] as const satisfies readonly Encoding[];
const FIXTURES = join(CHECKOUT, "tests/fixtures/telemetry");

function quickLine(encoding: Encoding, signal: Signal, bytes: Uint8Array) {
  const found = QUICK[encoding].transcode(linePlans()[signal], bytes);
  return found && { ...found, line: Buffer.from(found.line).toString() };
}

/** What the thorough decoder makes of it: its text, or that it refused. */
function thoroughLine(encoding: Encoding, signal: Signal, bytes: Uint8Array): string | DecodeError {
  try {
    const { request } = THOROUGH[encoding](REQUESTS[signal], bytes);
    return linesOf(signal, request)
      .lines.map((line) => `${line}\n`)
      .join("");
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

function encoded(encoding: Encoding, signal: Signal, request: Canonical): Buffer {
  return Buffer.from(encoding === "json" ? JSON.stringify(request) : encodeOtlp(REQUESTS[signal], request));
}

/** The same request with values that senders send: what is rare is read by the thorough decoder alone. */
function everyday(request: Canonical): Canonical {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change);
    if (typeof value === "number") return Number.isInteger(value) ? Math.abs(value % 1e9) : value;
    if (typeof value === "string" && /^-?\d{15,}$/.test(value)) return value.slice(0, 15);
    if (typeof value === "string" && /^(NaN|-?Infinity)$/.test(value)) return 0.5;
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(([name]) => name !== "bytesValue");
    return Object.fromEntries(kept.map(([name, inner]) => [name, change(inner)]));
  };
  return change(request) as Canonical;
}

/** A request of one log record. */
function logs(record: object): Canonical {
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords: [record as Canonical] }] }] };
}

describe.each(ENCODINGS)("transcode() of %s", (encoding) => {
  test.each(SIGNALS)("says of any %s request what the thorough decoder says, or leaves it alone", (signal) => {
    let quick = 0;
    fc.assert(
      fc.property(arbitraryMessage(REQUESTS[signal]), fc.boolean(), (any, isEveryday) => {
        const request = isEveryday ? everyday(any) : any;
        const bytes = encoded(encoding, signal, request);
        const found = quickLine(encoding, signal, bytes);
        if (!found) return;
        quick += 1;
        expect(found.line).toBe(String(thoroughLine(encoding, signal, bytes)));
        expect(found.counts.records).toBe(linesOf(signal, request).records);
      }),
      { numRuns: 400 },
    );
    expect(quick).toBeGreaterThan(40);
  });

  test("says of damaged requests what the thorough decoder says, or leaves them alone", () => {
    const random = seededRandom(testSeed());
    let quick = 0;
    for (const signal of SIGNALS) {
      const requests = fc.sample(arbitraryMessage(REQUESTS[signal]), { numRuns: 100 });
      const bodies = requests.map((request) => encoded(encoding, signal, request));
      const everydayBodies = requests.map((request) => encoded(encoding, signal, everyday(request)));
      for (let count = 0; count < 4_000; count += 1) {
        const from = { mutations: MUTATIONS[encoding], other: random.pick(bodies) };
        const bytes = mutate(random.pick(everydayBodies), random, from);
        const found = quickLine(encoding, signal, bytes);
        if (!found) continue;
        quick += 1;
        expect(found.line).toBe(String(thoroughLine(encoding, signal, bytes)));
      }
    }
    expect(quick).toBeGreaterThan(100);
  });

  test.each([
    ["quotes, backslashes and controls", `"\\\n\r\t\b\f\u0000\u001f\u007f`],
    ["what is beyond ASCII", "é\u2028😀\ufeff"],
    ["nothing", ""],
  ])("writes %s", (_what, text) => {
    const request = logs({ body: { stringValue: text }, eventName: text || "x" });
    expect(quickLine(encoding, "logs", encoded(encoding, "logs", request))?.line).toBe(`${JSON.stringify(request)}\n`);
  });

  test.each(["0", "1", "-1", "1000000000", "-123456789012345", "999999999999999999"])(
    "writes the integer %s",
    (text) => {
      const request = logs({ body: { intValue: text } });
      expect(quickLine(encoding, "logs", encoded(encoding, "logs", request))?.line).toContain(`{"intValue":"${text}"}`);
    },
  );

  test("tells the sessions that records name, and not the one that a resource does", () => {
    const named = (session: string) => ({
      body: {},
      attributes: [{ key: "session.id", value: { stringValue: session } }],
    });
    const attributes = [{ key: "session.id", value: { stringValue: "of a resource" } }];
    const logRecords = ["a", "a", "b\n", "a", "é", ""].map(named);
    const request = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: {}, logRecords }] }] };
    const found = quickLine(encoding, "logs", encoded(encoding, "logs", request));
    expect([...(found?.counts.sessions ?? [])]).toEqual(["a", "b\n", "é"].map(sessionDigest));
  });

  test("leaves alone what is longer than a line, nested too deep, or holds no record", () => {
    const long = logs({ body: { stringValue: "x".repeat(LIMITS.otlpLineBytesMax) } });
    let deep: Canonical = {};
    for (let level = 0; level < LIMITS.otlpDepthMax; level += 1) deep = { arrayValue: { values: [deep] } };
    for (const request of [long, logs({ body: deep }), {}, { resourceLogs: [] }]) {
      expect(quickLine(encoding, "logs", encoded(encoding, "logs", request))).toBeUndefined();
    }
    const afterwards = encoded(encoding, "logs", logs({ body: { stringValue: "still here" } }));
    expect(quickLine(encoding, "logs", afterwards)?.line).toContain("still here");
  });

  test.each(["logs", "metrics"] as const)("reads the %s that the host sent", (signal) => {
    const extension = encoding === "json" ? "json" : "pb";
    const number = signal === "logs" ? "000" : "001";
    const bytes = readFileSync(join(FIXTURES, `quick-http-${encoding}`, `${number}-${signal}.${extension}`));
    const found = quickLine(encoding, signal, bytes);
    // The host's JSON has keys of metrics in an order of its own.
    if (encoding === "protobuf" || signal === "logs")
      expect(found?.line).toBe(String(thoroughLine(encoding, signal, bytes)));
    else expect(found).toBeUndefined();
  });
});

test("RequestReader.read() says the same of a request that is read either way", async () => {
  const reader = new RequestReader(protobufCodec);
  const record = { body: { stringValue: "a" }, attributes: [{ key: "session.id", value: { stringValue: "s" } }] };
  const text = JSON.stringify(logs(record));
  const quick = await reader.read({ signal: "logs", encoding: "json", bytes: Buffer.from(text) });
  const thorough = await reader.read({ signal: "logs", encoding: "json", bytes: Buffer.from(` ${text}`) });
  const shown = (read: ReadRequest) => ({ ...read, lines: Buffer.from(read.lines).toString() });
  expect(shown(thorough)).toEqual(shown(quick));
  expect(quick).toMatchObject({ records: 1, recordsTooLong: 0, valuesDropped: 0, isRecognised: true });
});
