import { expect } from "bun:test";
import { Writer } from "protobufjs/minimal";
import { LIMITS } from "../../../src/kernel/limits.ts";
import { RPC_CODE } from "../../../src/telemetry/response.ts";
import { deepJson, deepProtobuf } from "../../support/hostile-bodies.ts";
import { textsOf } from "../../support/receiver-probe.ts";
import type { Case } from "./case.ts";
import { SAMPLES } from "./samples.ts";
import {
  BINARY_TRANSPORTS,
  expectLines,
  expectRefused,
  gained,
  JSON_TRANSPORT,
  lineOfValue,
  logsRequest,
  TRANSPORTS,
  withValue,
} from "./wire.ts";

/** What a value of a request becomes in the line. */

/** Values as JSON has them, and as the line has them. */
function valuesBecome(holds: string, rows: readonly (readonly [given: string, written: unknown])[]): Case {
  return {
    holds,
    async test(at) {
      for (const [given, written] of rows) {
        await expectLines(at, { transport: JSON_TRANSPORT, bytes: withValue(given) }, [lineOfValue(written)]);
      }
    },
  };
}

/** 24 */
export const integersAreExact = valuesBecome("64-bit integers keep every digit, as text and as number", [
  ['{"intValue":"9007199254740993"}', { intValue: "9007199254740993" }],
  ['{"intValue":9007199254740993}', { intValue: "9007199254740993" }],
  ['{"intValue":-9223372036854775808}', { intValue: "-9223372036854775808" }],
]);

/** 25 */
export const timesAreExact: Case = {
  holds: "a time that is a number keeps every digit",
  async test(at) {
    const text = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1787402096789000001}]}]}]}';
    const logRecords = [{ timeUnixNano: "1787402096789000001", body: {} }];
    const line = { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {}, logRecords }] }] };
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(text) }, [line]);
  },
};

/** 26 */
export const zeroOfAOneofIsKept: Case = {
  holds: "zero as the arm of a oneof is kept, other defaults are left out",
  async test(at) {
    for (const value of [{ stringValue: "" }, { boolValue: false }, { intValue: "0" }, { doubleValue: 0 }]) {
      await expectLines(at, { transport: JSON_TRANSPORT, bytes: withValue(JSON.stringify(value)) }, [
        lineOfValue(value),
      ]);
    }
    const points = (more: object) => [
      { asInt: "0", ...more },
      { asDouble: 0, ...more },
    ];
    const sent = metricsOf({ name: "n", unit: "", sum: { dataPoints: points({ flags: 0 }), isMonotonic: false } });
    const line = metricsOf({ name: "n", sum: { dataPoints: points({}) } });
    await expectLines(at, { transport: JSON_TRANSPORT, signal: "metrics", bytes: Buffer.from(JSON.stringify(sent)) }, [
      line,
    ]);
    for (const transport of BINARY_TRANSPORTS) {
      await expectLines(at, { transport, signal: "metrics", bytes: transport.encode("metrics", line) }, [line]);
    }
  },
};

function metricsOf(metric: object) {
  return { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics: [metric] }] }] } as never;
}

/** 27 */
export const idsAreHex: Case = {
  holds: "ids become lower-case hex, empty ones none, of another length refused",
  async test(at) {
    const traceId = "5B8EFFF798038103D269B633813FC60C";
    const lower = logsRequest({ traceId: traceId.toLowerCase() });
    const upper = JSON.stringify(lower).replace(traceId.toLowerCase(), traceId);
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(upper) }, [lower]);
    const none = logsRequest();
    const empty = JSON.stringify(none).replace('"body"', '"traceId":"","spanId":"","body"');
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(empty) }, [none]);
    for (const id of [traceId.slice(1), `${traceId}0`, `g${traceId.slice(1)}`]) {
      const bytes = Buffer.from(JSON.stringify(logsRequest({ traceId: id })));
      await expectRefused(at, { transport: JSON_TRANSPORT, bytes }, RPC_CODE.invalidArgument);
    }
    for (const transport of BINARY_TRANSPORTS) {
      await expectLines(at, { transport, bytes: transport.encode("logs", lower) }, [lower]);
      const short = transport.encode("logs", logsRequest({ traceId: "5b8e" }));
      await expectRefused(at, { transport, bytes: short }, RPC_CODE.invalidArgument);
    }
  },
};

/** 28 */
export const bytesAreBase64: Case = {
  holds: "bytes are base64, over every transport",
  async test(at) {
    const request = logsRequest({ body: { bytesValue: "+/8AAQ==" } });
    for (const transport of TRANSPORTS) {
      await expectLines(at, { transport, bytes: transport.encode("logs", request) }, [request]);
    }
  },
};

/** 29: pinned */
export const enumNamesAreRead: Case = {
  holds: "an enum is a number, and a known name of one is read as it",
  async test(at) {
    const request = logsRequest({ severityNumber: 9 });
    const text = JSON.stringify(request);
    const named = text.replace('"severityNumber":9', '"severityNumber":"SEVERITY_NUMBER_INFO"');
    for (const sent of [text, named]) {
      await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(sent) }, [request]);
    }
    const unknown = text.replace('"severityNumber":9', '"severityNumber":"LOUD"');
    await expectRefused(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(unknown) }, RPC_CODE.invalidArgument);
  },
};

/** 30: pinned */
export const snakeCaseIsUnknown: Case = {
  holds: "snake_case keys are unknown: nothing is written, and the sender is warned",
  async test(at) {
    const sent = JSON.stringify(logsRequest()).replace("resourceLogs", "resource_logs");
    const { answer, lines } = await gained(at, () => JSON_TRANSPORT.send(at, "logs", Buffer.from(sent)));
    expect(lines).toEqual([]);
    expect(answer).toEqual({ code: 0, text: expect.stringContaining("is the path right?") });
  },
};

/** 31 */
export const unknownFieldsAreIgnored: Case = {
  holds: "unknown fields are ignored at every level, of every wire type, groups too",
  async test(at) {
    const request = logsRequest();
    const known = JSON.stringify(request);
    const unknown = known.replaceAll("{", '{"unknown":[{"a":{}},null],').replaceAll(",}", "}");
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(unknown) }, [request]);
    for (const transport of BINARY_TRANSPORTS) {
      const bytes = Buffer.concat([unknownFields(), transport.encode("logs", request), unknownFields()]);
      await expectLines(at, { transport, bytes }, [request]);
    }
  },
};

/** Field 1000 in every wire type, and a group of them. */
function unknownFields(): Uint8Array {
  const field = (wire: number) => (1000 << 3) | wire;
  const writer = Writer.create();
  writer
    .uint32(field(0))
    .uint64(7)
    .uint32(field(1))
    .fixed64(7)
    .uint32(field(2))
    .string("x")
    .uint32(field(5))
    .fixed32(7);
  writer.uint32(field(3)).uint32(field(0)).uint32(7).uint32(field(4));
  return writer.finish();
}

/** 32 */
export const infiniteDoublesAreText: Case = {
  holds: "doubles that JSON has no number for are text, from every transport",
  async test(at) {
    for (const value of ["NaN", "Infinity", "-Infinity"]) {
      const request = logsRequest({ body: { doubleValue: value } });
      for (const transport of TRANSPORTS) {
        await expectLines(at, { transport, bytes: transport.encode("logs", request) }, [request]);
      }
    }
  },
};

/** 33 */
export const nestingIsBounded: Case = {
  holds: "values nest, and 10,000 deep are refused without a crash",
  async test(at) {
    for (const transport of TRANSPORTS) {
      const { logs } = SAMPLES;
      await expectLines(at, { transport, bytes: transport.encode("logs", logs) }, [logs]);
      const bytes = transport === JSON_TRANSPORT ? deepJson(10_000) : deepProtobuf(10_000);
      await expectRefused(at, { transport, bytes }, RPC_CODE.invalidArgument);
      const unknown = transport === JSON_TRANSPORT ? Buffer.from(deepUnknownJson(10_000)) : deepGroups(10_000);
      const answer = await transport.send(at, "logs", unknown);
      expect([0, RPC_CODE.invalidArgument]).toContain(answer.code);
    }
    const allowed = deepJson(LIMITS.otlpDepthMax - 1);
    expect((await JSON_TRANSPORT.send(at, "logs", allowed)).code).toBe(0);
  },
};

function deepUnknownJson(depth: number): string {
  return `{"unknown":${"[".repeat(depth)}${"]".repeat(depth)}}`;
}

function deepGroups(depth: number): Uint8Array {
  const group = (wire: number) => (1000 << 3) | wire;
  const writer = Writer.create();
  for (let level = 0; level < depth; level += 1) writer.uint32(group(3));
  for (let level = 0; level < depth; level += 1) writer.uint32(group(4));
  return writer.finish();
}

/** 34: pinned */
export const brokenValueCostsItself: Case = {
  holds: "a value of the wrong kind costs itself, its sender is warned, the rest is kept",
  async test(at) {
    for (const broken of ['{"doubleValue":{}}', '{"doubleValue":null}', '{"intValue":"x"}', '{"boolValue":1}']) {
      const { answer, lines } = await gained(at, () => JSON_TRANSPORT.send(at, "logs", withValue(broken)));
      expect({ broken, lines }).toEqual({ broken, lines: [lineOfValue({})] });
      expect(answer).toEqual({
        code: 0,
        text: expect.stringContaining("values left out, for they are not of their kind: 1"),
      });
      expect(answer.text).not.toContain("rejectedLogRecords");
    }
  },
};

/** 35 */
export const textIsOneLine: Case = {
  holds: "any text is one physical line of UTF-8 that every reader takes",
  async test(at) {
    const text = 'a\nb\r\u2028c\u0000d\u{1f600}\u0085é\t"\\';
    const request = logsRequest({ body: { stringValue: text } });
    for (const transport of TRANSPORTS) {
      await expectLines(at, { transport, bytes: transport.encode("logs", request) }, [request]);
    }
    const mended = logsRequest({ body: { stringValue: "x\ufffdy" } });
    const lone = JSON.stringify(mended).replace("\ufffd", "\\ud800");
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(lone) }, [mended]);
    for (const transport of BINARY_TRANSPORTS) {
      const marked = logsRequest({ body: { stringValue: "x\u0001y" } });
      const bytes = Buffer.from(transport.encode("logs", marked));
      bytes[bytes.indexOf("x\u0001y") + 1] = 0xff;
      const line = JSON.parse(JSON.stringify(marked).replace("\\u0001", "\ufffd"));
      await expectLines(at, { transport, bytes }, [line]);
    }
  },
};

/** 36 */
export const structureIsKept: Case = {
  holds: "two resources of two scopes of three records are one line, with schema URLs and event names",
  async test(at) {
    for (const transport of TRANSPORTS) {
      const { logs } = SAMPLES;
      await expectLines(at, { transport, bytes: transport.encode("logs", logs) }, [logs]);
    }
  },
};

/** 37 */
export const everyMetricIsKept: Case = {
  holds: "histograms, exponential ones, summaries and exemplars are kept, their counts as text",
  async test(at) {
    for (const transport of TRANSPORTS) {
      const { metrics } = SAMPLES;
      const bytes = transport.encode("metrics", metrics);
      await expectLines(at, { transport, signal: "metrics", bytes }, [metrics]);
      expect(textsOf(at, "metrics").at(-1)).toContain('"bucketCounts":["1","0","9007199254740993"]');
    }
  },
};

/** 38 */
export const partIsRejectedByCount: Case = {
  holds: "a record that is too long for a line is rejected by its count, as text; the rest is kept",
  async test(at) {
    const long = { stringValue: "x".repeat(LIMITS.otlpLineBytesMax) };
    const request = logsRequest();
    const [resource] = request["resourceLogs"] as [{ scopeLogs: [{ logRecords: object[] }] }];
    const kept = structuredClone(request);
    resource.scopeLogs[0].logRecords.push({ body: long }, { body: long });
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", JSON.stringify(request)));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedLogRecords: "2", errorMessage: expect.stringContaining("longer than") },
    });
    expect(lines).toEqual([kept]);
  },
};
