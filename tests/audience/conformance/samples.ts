import type { Canonical } from "../../../src/telemetry/message.ts";
import type { Signal } from "../../../src/telemetry/signal.ts";

/** Canonical requests that hold something of every kind, which over each transport must become themselves. */

const attributes = [
  { key: "session.id", value: { stringValue: "s" } },
  { key: "mixed", value: { arrayValue: { values: [{ intValue: "1" }, {}, { stringValue: "a" }] } } },
  { key: "inner", value: { kvlistValue: { values: [{ key: "b", value: { bytesValue: "AQI=" } }] } } },
];
const times = { startTimeUnixNano: "1795351211328000000", timeUnixNano: "1795351271328000001" };
const ids = { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" };
const exemplars = [
  { filteredAttributes: attributes, timeUnixNano: times.timeUnixNano, asDouble: 0.5, ...reversed(ids) },
];

/** The Collector writes an exemplar's ids after its value, the trace's first. */
function reversed({ traceId, spanId }: typeof ids): Canonical {
  return { traceId, spanId };
}

const metrics: Canonical[] = [
  {
    name: "n",
    description: "d",
    unit: "1",
    sum: {
      dataPoints: [
        { attributes, ...times, asInt: "0" },
        { ...times, asDouble: 0, exemplars },
      ],
      aggregationTemporality: 1,
      isMonotonic: true,
    },
  },
  { name: "g", gauge: { dataPoints: [{ ...times, asDouble: "NaN" }] } },
  {
    name: "h",
    histogram: {
      dataPoints: [
        { ...times, count: "1", sum: 0, bucketCounts: ["0", "1"], explicitBounds: [5], exemplars, min: 0, max: 7.5 },
      ],
      aggregationTemporality: 2,
    },
  },
  {
    name: "e",
    exponentialHistogram: {
      dataPoints: [
        {
          ...times,
          count: "18446744073709551615",
          sum: -0.5,
          scale: -3,
          zeroCount: "2",
          positive: { offset: -1, bucketCounts: ["1", "0", "9007199254740993"] },
          negative: {},
          zeroThreshold: 0.25,
        },
      ],
      aggregationTemporality: 1,
    },
  },
  {
    name: "s",
    summary: { dataPoints: [{ ...times, count: "4", sum: 9, quantileValues: [{ quantile: 0.5, value: 2 }] }] },
  },
];

const record = (name: string): Canonical => ({
  timeUnixNano: times.timeUnixNano,
  observedTimeUnixNano: times.timeUnixNano,
  severityNumber: 9,
  severityText: "INFO",
  body: { stringValue: name },
  attributes,
  flags: 1,
  ...ids,
  eventName: name,
});

const scoped = (name: string): Canonical => ({
  scope: { name, version: "1", attributes: [{ key: "k", value: { boolValue: true } }] },
  logRecords: [record("1"), record("2"), record("3")],
  schemaUrl: "https://scope",
});

/** One for each signal; of logs two resources with two scopes of three records. */
export const SAMPLES: Readonly<Record<Signal, Canonical>> = {
  logs: {
    resourceLogs: [1, 2].map((number) => ({
      resource: { attributes: [{ key: "host", value: { intValue: String(number) } }] },
      scopeLogs: [scoped("a"), scoped("b")],
      schemaUrl: "https://resource",
    })),
  },
  metrics: { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: { name: "m" }, metrics }] }] },
  traces: {
    resourceSpans: [
      {
        resource: {},
        scopeSpans: [
          {
            scope: {},
            spans: [
              {
                ...ids,
                parentSpanId: "eee19b7ec3c1b173",
                name: "x",
                kind: 2,
                startTimeUnixNano: times.startTimeUnixNano,
                endTimeUnixNano: times.timeUnixNano,
                attributes,
                events: [{ timeUnixNano: times.timeUnixNano, name: "e", attributes }],
                links: [{ ...ids, attributes }],
                status: { message: "no", code: 2 },
              },
            ],
          },
        ],
      },
    ],
  },
};
