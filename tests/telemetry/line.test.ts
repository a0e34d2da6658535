import { expect, test } from "bun:test";
import { LIMITS } from "../../src/kernel/limits.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import type { Canonical } from "../../src/telemetry/message.ts";

const logRecord = (text: string): Canonical => ({ body: { stringValue: text } });
const request = (...records: Canonical[]): Canonical => ({
  resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: "s" }, logRecords: records }], schemaUrl: "u" }],
});

test("linesOf() writes one request as one physical line", () => {
  const text = "line\nfeed \u2028 \u0000 \u{1f600}";
  const { lines, records } = linesOf("logs", request(logRecord(text), logRecord("b")));
  expect(lines).toHaveLength(1);
  expect(records).toBe(2);
  expect(lines[0]).not.toContain("\n");
  expect(JSON.parse(lines[0] ?? "")).toEqual(request(logRecord(text), logRecord("b")));
});

test.each([[{}], [{ resourceLogs: [] }], [{ resourceLogs: [{ resource: {}, scopeLogs: [{ scope: {} }] }] }]])(
  "linesOf() writes no line for %j, which holds no record",
  (empty) => {
    expect(linesOf("logs", empty)).toEqual({ lines: [], records: 0, recordsTooLong: 0 });
  },
);

test("linesOf() counts data points, not metrics", () => {
  const points = [{ asInt: "1" }, { asInt: "2" }];
  const metrics = [
    { name: "a", sum: { dataPoints: points } },
    { name: "b", gauge: {} },
  ];
  const body = { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }] };
  expect(linesOf("metrics", body).records).toBe(2);
  expect(
    linesOf("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "b", gauge: {} }] }] }] }).lines,
  ).toEqual([]);
});

test("linesOf() splits what is too long for a reader, keeping resource, scope and order", () => {
  const long = "x".repeat(LIMITS.otlpLineBytesMax / 2);
  const records = [logRecord(`1${long}`), logRecord(`2${long}`), logRecord(`3${long}`)];
  const found = linesOf("logs", request(...records));
  expect(found.lines.length).toBe(3);
  expect(found.records).toBe(3);
  const read = found.lines.map((line) => JSON.parse(line));
  expect(read).toEqual(records.map((one) => request(one)));
});

test("linesOf() leaves out and counts the record that alone is too long", () => {
  const found = linesOf(
    "logs",
    request(logRecord("a"), logRecord("x".repeat(LIMITS.otlpLineBytesMax)), logRecord("b")),
  );
  expect(found.recordsTooLong).toBe(1);
  expect(found.records).toBe(2);
});
