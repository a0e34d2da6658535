import type { Signal } from "../../src/telemetry/signal.ts";

/**
 * What a line of captured telemetry may look like, written down from opentelemetry-proto 1.11.0 and the Collector's
 * output and apart from the product's own table, so that a mistake in that table is found and not repeated.
 */

/** Says what is wrong with a value, or nothing. */
type Check = (value: unknown, path: string) => string | undefined;

const when =
  (isRight: (value: unknown) => boolean, what: string): Check =>
  (value, path) =>
    isRight(value) ? undefined : `${path} is no ${what}: ${JSON.stringify(value)?.slice(0, 80)}`;

const isText = (value: unknown): value is string => typeof value === "string";
const isWithin = (value: unknown, min: bigint, max: bigint) =>
  isText(value) && /^(0|-?[1-9]\d*)$/.test(value) && BigInt(value) >= min && BigInt(value) <= max;
const isWhole = (value: unknown, min: number, max: number) =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;

const text = when((value) => isText(value) && value.isWellFormed(), "well-formed text");
const bool = when((value) => typeof value === "boolean", "bool");
const int32 = when((value) => isWhole(value, -(2 ** 31), 2 ** 31 - 1), "int32");
const uint32 = when((value) => isWhole(value, 0, 2 ** 32 - 1), "uint32");
const int64 = when((value) => isWithin(value, -(2n ** 63n), 2n ** 63n - 1n), "int64 in decimal");
const uint64 = when((value) => isWithin(value, 0n, 2n ** 64n - 1n), "uint64 in decimal");
const bytes = when((value) => isText(value) && Buffer.from(value, "base64").toString("base64") === value, "base64");
const traceId = when((value) => isText(value) && /^[0-9a-f]{32}$/.test(value) && /[^0]/.test(value), "trace id");
const spanId = when((value) => isText(value) && /^[0-9a-f]{16}$/.test(value) && /[^0]/.test(value), "span id");
const double = when(
  (value) => (typeof value === "number" && Number.isFinite(value)) || /^(NaN|-?Infinity)$/.test(String(value)),
  "double",
);

/** A list that is never empty: an empty one is left out. */
const list =
  (check: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value) || value.length === 0) return `${path} is not a list that holds something`;
    return first(value.map((one, index) => () => check(one, `${path}[${index}]`)));
  };

/** An object of these fields and no others; what is required must be there. */
const message =
  (fields: () => Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return `${path} is not an object`;
    const missing = required.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `${path}.${missing} is missing`;
    const checks = fields();
    return first(
      Object.entries(value).map(([name, inner]) => () => {
        const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
        return check ? check(inner, `${path}.${name}`) : `${path}.${name} is not a field`;
      }),
    );
  };

/** One of these fields, or none. */
const oneOf = (names: readonly string[], check: Check): Check => {
  const known = new Set(names);
  return (value, path) => {
    const given = Object.keys(value ?? {}).filter((name) => known.has(name));
    return given.length > 1 ? `${path} has several of a oneof: ${given.join(", ")}` : check(value, path);
  };
};

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const found = check();
    if (found !== undefined) return found;
  }
  return undefined;
}

const VALUES = ["string", "bool", "int", "double", "array", "kvlist", "bytes"].map((kind) => `${kind}Value`);
const anyValue: Check = oneOf(
  [...VALUES, "stringValueStrindex"],
  message(() => ({
    stringValue: text,
    boolValue: bool,
    intValue: int64,
    doubleValue: double,
    arrayValue: message(() => ({ values: list(anyValue) })),
    kvlistValue: message(() => ({ values: list(keyValue) })),
    bytesValue: bytes,
    stringValueStrindex: int32,
  })),
);
const keyValue = message(() => ({ key: text, value: anyValue, keyStrindex: int32 }), ["value"]);
const attributes = list(keyValue);
const counted = { attributes, droppedAttributesCount: uint32 };

const entityRef = message(() => ({
  schemaUrl: text,
  type: text,
  idKeys: list(text),
  descriptionKeys: list(text),
}));
const resource = message(() => ({ ...counted, entityRefs: list(entityRef) }));
const scope = message(() => ({ ...counted, name: text, version: text }));

const logRecord = message(
  () => ({
    ...counted,
    timeUnixNano: uint64,
    observedTimeUnixNano: uint64,
    severityNumber: int32,
    severityText: text,
    body: anyValue,
    flags: uint32,
    traceId,
    spanId,
    eventName: text,
  }),
  ["body"],
);

const span = message(
  () => ({
    ...counted,
    traceId,
    spanId,
    traceState: text,
    parentSpanId: spanId,
    flags: uint32,
    name: text,
    kind: int32,
    startTimeUnixNano: uint64,
    endTimeUnixNano: uint64,
    events: list(message(() => ({ ...counted, timeUnixNano: uint64, name: text }))),
    droppedEventsCount: uint32,
    links: list(message(() => ({ ...counted, traceId, spanId, traceState: text, flags: uint32 }))),
    droppedLinksCount: uint32,
    status: message(() => ({ message: text, code: int32 })),
  }),
  ["status"],
);

const exemplar = oneOf(
  ["asInt", "asDouble"],
  message(() => ({
    filteredAttributes: attributes,
    timeUnixNano: uint64,
    asDouble: double,
    asInt: int64,
    traceId,
    spanId,
  })),
);
const point = {
  attributes,
  startTimeUnixNano: uint64,
  timeUnixNano: uint64,
  flags: uint32,
};
const numberPoint = oneOf(
  ["asInt", "asDouble"],
  message(() => ({ ...point, asDouble: double, asInt: int64, exemplars: list(exemplar) })),
);
const spread = { ...point, count: uint64, sum: double, min: double, max: double, exemplars: list(exemplar) };
const histogramPoint = message(() => ({
  ...spread,
  bucketCounts: list(uint64),
  explicitBounds: list(double),
}));
const buckets = message(() => ({ offset: int32, bucketCounts: list(uint64) }));
const exponentialPoint = message(
  () => ({
    ...spread,
    scale: int32,
    zeroCount: uint64,
    positive: buckets,
    negative: buckets,
    zeroThreshold: double,
  }),
  ["positive", "negative"],
);
const quantile = message(() => ({ quantile: double, value: double }));
const summaryPoint = message(() => ({ ...point, count: uint64, sum: double, quantileValues: list(quantile) }));
const metric = oneOf(
  ["gauge", "sum", "histogram", "exponentialHistogram", "summary"],
  message(() => ({
    name: text,
    description: text,
    unit: text,
    gauge: message(() => ({ dataPoints: list(numberPoint) })),
    sum: message(() => ({ dataPoints: list(numberPoint), aggregationTemporality: int32, isMonotonic: bool })),
    histogram: message(() => ({ dataPoints: list(histogramPoint), aggregationTemporality: int32 })),
    exponentialHistogram: message(() => ({ dataPoints: list(exponentialPoint), aggregationTemporality: int32 })),
    summary: message(() => ({ dataPoints: list(summaryPoint) })),
    metadata: attributes,
  })),
);

/** A request: resources, in them scopes, in them records. */
function request(names: { resources: string; scopes: string; records: string }, record: Check): Check {
  const scoped = message(() => ({ scope, [names.records]: list(record), schemaUrl: text }), ["scope"]);
  const resourced = message(() => ({ resource, [names.scopes]: list(scoped), schemaUrl: text }), ["resource"]);
  return message(() => ({ [names.resources]: list(resourced) }), [names.resources]);
}

const REQUEST: Readonly<Record<Signal, Check>> = {
  logs: request({ resources: "resourceLogs", scopes: "scopeLogs", records: "logRecords" }, logRecord),
  metrics: request({ resources: "resourceMetrics", scopes: "scopeMetrics", records: "metrics" }, metric),
  traces: request({ resources: "resourceSpans", scopes: "scopeSpans", records: "spans" }, span),
};

/** What is wrong with a line of a signal's file, or `undefined` when it is OTLP-JSON on one physical line. */
export function faultOfLine(signal: Signal, line: string): string | undefined {
  if (/[\n\r]/.test(line)) return "the line holds a line break";
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `the line is not JSON: ${String(error)}`;
  }
  // What JSON.parse forgives (a key twice) would not come back the same.
  if (JSON.stringify(value) !== line) return "the line is not what JSON says it holds";
  return REQUEST[signal](value, "request");
}
