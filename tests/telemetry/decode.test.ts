import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Writer } from "protobufjs/minimal";
import { LIMITS } from "../../src/kernel/limits.ts";
import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { type Canonical, DecodeError, type Message, REQUESTS } from "../../src/telemetry/message.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { SIGNALS } from "../../src/telemetry/signal.ts";
import { arbitraryMessage } from "../support/arbitrary-otlp.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

/** The canonical attributes of one log record whose attributes are given as JSON text. */
function attributes(text: string) {
  const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":${text}}]}]}]}`;
  const decoded = decodeJson(REQUESTS.logs, bytes(body));
  const request = JSON.parse(JSON.stringify(decoded.request));
  return { values: request.resourceLogs[0].scopeLogs[0].logRecords[0].attributes, dropped: decoded.valuesDropped };
}

/** The one log record of a request, from JSON. */
function record(source: object) {
  const body = { resourceLogs: [{ scopeLogs: [{ logRecords: [source] }] }] };
  return JSON.parse(JSON.stringify(decodeJson(REQUESTS.logs, bytes(body)).request)).resourceLogs[0].scopeLogs[0]
    .logRecords[0];
}

describe("both decoders", () => {
  test.each(SIGNALS)("give the same canonical line for any %s request", (signal) => {
    fc.assert(
      fc.property(arbitraryMessage(REQUESTS[signal]), fc.boolean(), (request, isPacked) => {
        const line = JSON.stringify(request);
        const message = REQUESTS[signal];
        expect(JSON.stringify(decodeProtobuf(message, encodeOtlp(message, request, isPacked)).request)).toBe(line);
        const fromJson = decodeJson(message, bytes(line));
        expect(JSON.stringify(fromJson.request)).toBe(line);
        expect(fromJson.valuesDropped).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  test.each(SIGNALS)("answer damaged %s requests with a DecodeError or whole lines, never anything else", (signal) => {
    let taken = 0;
    fc.assert(
      fc.property(arbitraryMessage(REQUESTS[signal]), fc.nat(), fc.nat(255), fc.nat(), (request, at, byte, cut) => {
        const message = REQUESTS[signal];
        const packed = Buffer.from(encodeOtlp(message, request));
        for (const [decode, whole] of [[decodeProtobuf, packed] as const, [decodeJson, bytes(request)] as const]) {
          const damaged = Buffer.from(whole.subarray(0, cut % 3 === 0 ? cut % (whole.length + 1) : whole.length));
          if (damaged.length > 0) damaged[at % damaged.length] = byte;
          for (const line of linesOrRefusal(decode, message, damaged)) {
            taken += 1;
            expect(line).not.toContain("\n");
            expect(line.isWellFormed()).toBe(true);
            expect(typeof JSON.parse(line)).toBe("object");
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(taken).toBeGreaterThan(40);
  });

  function linesOrRefusal(decode: typeof decodeJson, message: Message, body: Uint8Array): readonly string[] {
    try {
      return linesOf(SIGNALS.find((signal) => REQUESTS[signal] === message) ?? "logs", decode(message, body).request)
        .lines;
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
      return [];
    }
  }
});

describe("decodeProtobuf()", () => {
  test("skips unknown fields of every wire type, groups among them, at every level", () => {
    const unknown = (writer: Writer) => {
      writer.uint32((99 << 3) | 0).uint32(7);
      writer.uint32((99 << 3) | 1).fixed64(1);
      writer.uint32((99 << 3) | 2).string("x");
      writer.uint32((99 << 3) | 5).fixed32(1);
      writer
        .uint32((98 << 3) | 3)
        .uint32((1 << 3) | 0)
        .uint32(1)
        .uint32((98 << 3) | 4);
    };
    const writer = Writer.create();
    unknown(writer);
    writer.uint32(10).fork();
    unknown(writer);
    writer.uint32(18).fork();
    unknown(writer);
    writer.uint32(18).fork();
    writer.uint32((3 << 3) | 2).string("INFO");
    unknown(writer);
    writer.ldelim().ldelim().ldelim();
    const { request } = decodeProtobuf(REQUESTS.logs, writer.finish());
    expect(JSON.stringify(request)).toBe(
      '{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"severityText":"INFO","body":{}}]}]}]}',
    );
  });

  test("lets the last of a repeated scalar and of a oneof's arms win, and merges messages", () => {
    const any = Writer.create();
    any.uint32(10).string("text").uint32(24).int64(5);
    const once = Writer.create().uint32(10).fork().uint32(18).string("1").ldelim().finish();
    const scope = Writer.create().uint32(10).fork().uint32(10).string("name").ldelim().finish();
    const logRecord = Writer.create()
      .uint32(26)
      .string("A")
      .uint32(26)
      .string("B")
      .uint32(42)
      .bytes(any.finish())
      .finish();
    const scopeLogs = Buffer.concat([once, scope, Writer.create().uint32(18).bytes(logRecord).finish()]);
    const body = Writer.create().uint32(10).fork().uint32(18).bytes(scopeLogs).ldelim().finish();
    expect(JSON.stringify(decodeProtobuf(REQUESTS.logs, body).request)).toBe(
      '{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{"name":"name","version":"1"},' +
        '"logRecords":[{"severityText":"B","body":{"intValue":"5"}}]}]}]}',
    );
  });

  test("replaces bytes that are not UTF-8", () => {
    const request = { resourceLogs: [{ schemaUrl: "??" }] };
    const body = Buffer.from(encodeOtlp(REQUESTS.logs, request));
    body[body.indexOf("??")] = 0xff;
    expect(decodeProtobuf(REQUESTS.logs, body).request["resourceLogs"]).toEqual([
      { resource: {}, schemaUrl: "\ufffd?" },
    ]);
  });

  test.each([
    ["a wrong wire type", Buffer.from([0x08, 0x01])],
    ["a length beyond the end", Buffer.from([0x0a, 0x05, 0x00])],
    ["a field beyond its message's end", Buffer.from([0x0a, 0x02, 0x1a, 0x05, 1, 2, 3, 4, 5])],
    ["a varint without end", Buffer.alloc(12, 0xff)],
    ["field number zero", Buffer.from([0x00, 0x01])],
    ["an end of no group", Buffer.from([0x0c])],
    ["text", Buffer.from('{"resourceLogs":[]}')],
  ])("refuses %s", (_what, body) => {
    expect(() => decodeProtobuf(REQUESTS.logs, body)).toThrow(DecodeError);
  });

  test("refuses an id of the wrong length and omits one of zeros", () => {
    const spanWith = (traceId: Uint8Array) => {
      const span = Writer.create().uint32(10).fork().uint32(18).fork().uint32(18).fork().uint32(10).bytes(traceId);
      return span.ldelim().ldelim().ldelim().finish();
    };
    expect(() => decodeProtobuf(REQUESTS.traces, spanWith(new Uint8Array(15)))).toThrow(/id of 15 bytes/);
    expect(JSON.stringify(decodeProtobuf(REQUESTS.traces, spanWith(new Uint8Array(16))).request)).toBe(
      '{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"status":{}}]}]}]}',
    );
  });
});

describe("decodeJson()", () => {
  test("makes the JavaScript exporter's variants canonical", () => {
    const exported = {
      timeUnixNano: "1795351211328000000",
      observedTimeUnixNano: 1795351211328,
      severityText: "",
      severityNumber: "SEVERITY_NUMBER_WARN2",
      traceId: "5B8EFFF798038103D269B633813FC60C",
      spanId: "",
      attributes: [
        { key: "n", value: { intValue: 1000 } },
        { value: {}, key: "empty" },
      ],
      droppedAttributesCount: 0,
      flags: 0,
      body: { stringValue: "" },
      unknown: { deep: [1] },
    };
    expect(JSON.stringify(record(exported))).toBe(
      '{"timeUnixNano":"1795351211328000000","observedTimeUnixNano":"1795351211328","severityNumber":14,' +
        '"body":{"stringValue":""},"attributes":[{"key":"n","value":{"intValue":"1000"}},{"key":"empty","value":{}}],' +
        '"traceId":"5b8efff798038103d269b633813fc60c"}',
    );
  });

  test.each([
    ['{"intValue":"9007199254740993"}', { intValue: "9007199254740993" }],
    ['{"intValue":9007199254740993}', { intValue: "9007199254740993" }],
    ['{"intValue":-9223372036854775808}', { intValue: "-9223372036854775808" }],
    ['{"intValue":"007"}', { intValue: "7" }],
    ['{"intValue":10000000000000000000}', { doubleValue: 1e19 }],
    ['{"intValue":0}', { intValue: "0" }],
    ['{"doubleValue":0}', { doubleValue: 0 }],
    ['{"boolValue":false}', { boolValue: false }],
    ['{"stringValue":""}', { stringValue: "" }],
    ['{"doubleValue":"NaN"}', { doubleValue: "NaN" }],
    ['{"doubleValue":"1e999"}', { doubleValue: "Infinity" }],
    ['{"intValue":-1e999}', { doubleValue: "-Infinity" }],
    ['{"doubleValue":"-Infinity"}', { doubleValue: "-Infinity" }],
    ['{"doubleValue":12345678901234567890}', { doubleValue: 12345678901234567000 }],
    ['{"bytesValue":"AQI"}', { bytesValue: "AQI=" }],
    ['{"bytesValue":{"0":1,"1":2}}', { bytesValue: "AQI=" }],
    [
      '{"arrayValue":{"values":[{"intValue":1},{},{"stringValue":"a"}]}}',
      {
        arrayValue: { values: [{ intValue: "1" }, {}, { stringValue: "a" }] },
      },
    ],
    [
      '{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}}',
      {
        kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] },
      },
    ],
    ['{"arrayValue":{}}', { arrayValue: {} }],
    ["{}", {}],
    ["null", {}],
    ['{"stringValue":"a\\ud800b"}', { stringValue: "a\ufffdb" }],
  ])("reads the value %s", (text, value) => {
    expect(attributes(`[{"key":"k","value":${text}}]`)).toEqual({ values: [{ key: "k", value }], dropped: 0 });
  });

  test.each([
    '{"doubleValue":{}}',
    '{"doubleValue":null}',
    '{"intValue":"many"}',
    '{"stringValue":7}',
    '{"bytesValue":"*"}',
  ])("leaves out the value %s, counts it and keeps the rest", (text) => {
    const { values, dropped } = attributes(`[{"key":"a","value":${text}},{"key":"b","value":{"boolValue":true}}]`);
    expect(dropped).toBe(1);
    expect(values).toEqual([
      { key: "a", value: {} },
      { key: "b", value: { boolValue: true } },
    ]);
  });

  test("keeps every digit of a time sent as a number", () => {
    const body = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1787402096789000001}]}]}]}';
    expect(JSON.stringify(decodeJson(REQUESTS.logs, bytes(body)).request)).toContain('"1787402096789000001"');
  });

  test.each([
    ["nothing", ""],
    ["half an object", '{"resourceLogs":['],
    ["an array", "[]"],
    ["a string", '"resourceLogs"'],
    ["null", "null"],
    ["resources that are not an array", '{"resourceLogs":{}}'],
    ["a resource that is null", '{"resourceLogs":[null]}'],
    ["a name that is a number", '{"resourceLogs":[{"schemaUrl":1}]}'],
    [
      "a trace id of 31 digits",
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId: "1".repeat(31) }] }] }] }),
    ],
    ["an unknown enum name", '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":"LOUD"}]}]}]}'],
    ["a negative time", '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"-1"}]}]}]}'],
  ])("refuses %s", (_what, text) => {
    expect(() => decodeJson(REQUESTS.logs, bytes(text))).toThrow(DecodeError);
  });

  test("knows a request of another signal, and snake_case, by what it does not know", () => {
    expect(decodeJson(REQUESTS.logs, bytes("{}")).isRecognised).toBe(true);
    expect(decodeJson(REQUESTS.logs, bytes('{"resourceLogs":null}')).isRecognised).toBe(true);
    expect(decodeJson(REQUESTS.logs, bytes('{"resourceSpans":[]}')).isRecognised).toBe(false);
    expect(decodeJson(REQUESTS.logs, bytes('{"resource_logs":[]}')).isRecognised).toBe(false);
  });
});

test("a request of nothing but empty parts is refused before it fills the memory", () => {
  const empties = Buffer.alloc(2 * (LIMITS.otlpMessagesMax + 1));
  for (let at = 0; at < empties.length; at += 2) empties[at] = 0x0a;
  expect(() => decodeProtobuf(REQUESTS.logs, empties)).toThrow(/values at once/);
});

describe("values within values", () => {
  const nested = (levels: number): Canonical => {
    let value: Canonical = { stringValue: "core" };
    for (let level = 1; level < levels; level++) value = { arrayValue: { values: [value] } };
    return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords: [{ body: value }] }] }] };
  };

  test("are read down to the limit and refused below it, in both encodings", () => {
    const [deepest, tooDeep] = [nested(LIMITS.otlpDepthMax), nested(LIMITS.otlpDepthMax + 1)];
    for (const decode of [
      (request: Canonical) => decodeJson(REQUESTS.logs, bytes(request)),
      (request: Canonical) => decodeProtobuf(REQUESTS.logs, encodeOtlp(REQUESTS.logs, request)),
    ]) {
      expect(JSON.stringify(decode(deepest).request)).toBe(JSON.stringify(deepest));
      expect(() => decode(tooDeep)).toThrow(DecodeError);
    }
  });

  test("a million deep are refused before the stack ends", () => {
    const open = '{"arrayValue":{"values":['.repeat(1_000_000);
    const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"flags":1234567890123456,"body":${open}`;
    expect(() => decodeJson(REQUESTS.logs, bytes(body))).toThrow(DecodeError);
    expect(() => decodeJson(REQUESTS.logs, bytes(`${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`))).toThrow(
      DecodeError,
    );
  });
});
