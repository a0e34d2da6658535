/**
 * The messages of OTLP, opentelemetry-proto 1.11.0, as one table: the decoders and transcoders are driven by it, so protobuf
 * and JSON of the same content become the same line. Fields stand in the order in which the OpenTelemetry Collector's file
 * exporter writes them (pdata, v0.132 and later), which is the order of our lines.
 */

/** A protobuf scalar, or one of OTLP's two ids, which are bytes on the wire and hex in JSON. */
export type Scalar =
  | "string"
  | "bool"
  | "int32"
  | "uint32"
  | "sint32"
  | "fixed32"
  | "int64"
  | "uint64"
  | "fixed64"
  | "sfixed64"
  | "double"
  | "bytes"
  | "traceId"
  | "spanId";

/**
 * When a field is written: `set` when it differs from its default, `arm` when it is the arm of a oneof that was sent
 * (zero too), `optional` when it was sent, `always` even when it was not, `repeated` when it holds something.
 */
export type Presence = "set" | "arm" | "optional" | "always" | "repeated";

/** One row of the table: number on the wire, type (a scalar, a message or an enum), presence. */
export type FieldRow = { readonly number: number; readonly type: string; readonly presence: Presence };

const set = (number: number, type: string): FieldRow => ({ number, type, presence: "set" });
const arm = (number: number, type: string): FieldRow => ({ number, type, presence: "arm" });
const optional = (number: number, type: string): FieldRow => ({ number, type, presence: "optional" });
const always = (number: number, type: string): FieldRow => ({ number, type, presence: "always" });
const repeated = (number: number, type: string): FieldRow => ({ number, type, presence: "repeated" });

/** Names of enum values; OTLP/JSON forbids names and the Collector accepts them, so they are read and never written. */
export const ENUM_ROWS: Readonly<Record<string, readonly string[]>> = {
  SeverityNumber: [
    "SEVERITY_NUMBER_UNSPECIFIED",
    ...["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap((level) =>
      ["", "2", "3", "4"].map((step) => `SEVERITY_NUMBER_${level}${step}`),
    ),
  ],
  SpanKind: ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map((kind) => `SPAN_KIND_${kind}`),
  StatusCode: ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"],
  AggregationTemporality: ["UNSPECIFIED", "DELTA", "CUMULATIVE"].map((name) => `AGGREGATION_TEMPORALITY_${name}`),
};

/** Every message by its name, every field by its JSON name. */
export const MESSAGE_ROWS: Readonly<Record<string, Readonly<Record<string, FieldRow>>>> = {
  // common.proto
  AnyValue: {
    stringValue: arm(1, "string"),
    boolValue: arm(2, "bool"),
    intValue: arm(3, "int64"),
    doubleValue: arm(4, "double"),
    arrayValue: arm(5, "ArrayValue"),
    kvlistValue: arm(6, "KeyValueList"),
    bytesValue: arm(7, "bytes"),
    stringValueStrindex: arm(8, "int32"),
  },
  ArrayValue: { values: repeated(1, "AnyValue") },
  KeyValueList: { values: repeated(1, "KeyValue") },
  KeyValue: { key: set(1, "string"), value: always(2, "AnyValue"), keyStrindex: set(3, "int32") },
  InstrumentationScope: {
    name: set(1, "string"),
    version: set(2, "string"),
    attributes: repeated(3, "KeyValue"),
    droppedAttributesCount: set(4, "uint32"),
  },
  EntityRef: {
    schemaUrl: set(1, "string"),
    type: set(2, "string"),
    idKeys: repeated(3, "string"),
    descriptionKeys: repeated(4, "string"),
  },

  // resource.proto
  Resource: {
    attributes: repeated(1, "KeyValue"),
    droppedAttributesCount: set(2, "uint32"),
    entityRefs: repeated(3, "EntityRef"),
  },

  // logs.proto
  ExportLogsServiceRequest: { resourceLogs: repeated(1, "ResourceLogs") },
  ResourceLogs: { resource: always(1, "Resource"), scopeLogs: repeated(2, "ScopeLogs"), schemaUrl: set(3, "string") },
  ScopeLogs: {
    scope: always(1, "InstrumentationScope"),
    logRecords: repeated(2, "LogRecord"),
    schemaUrl: set(3, "string"),
  },
  LogRecord: {
    timeUnixNano: set(1, "fixed64"),
    observedTimeUnixNano: set(11, "fixed64"),
    severityNumber: set(2, "SeverityNumber"),
    severityText: set(3, "string"),
    body: always(5, "AnyValue"),
    attributes: repeated(6, "KeyValue"),
    droppedAttributesCount: set(7, "uint32"),
    flags: set(8, "fixed32"),
    traceId: set(9, "traceId"),
    spanId: set(10, "spanId"),
    eventName: set(12, "string"),
  },

  // trace.proto
  ExportTraceServiceRequest: { resourceSpans: repeated(1, "ResourceSpans") },
  ResourceSpans: {
    resource: always(1, "Resource"),
    scopeSpans: repeated(2, "ScopeSpans"),
    schemaUrl: set(3, "string"),
  },
  ScopeSpans: { scope: always(1, "InstrumentationScope"), spans: repeated(2, "Span"), schemaUrl: set(3, "string") },
  Span: {
    traceId: set(1, "traceId"),
    spanId: set(2, "spanId"),
    traceState: set(3, "string"),
    parentSpanId: set(4, "spanId"),
    flags: set(16, "fixed32"),
    name: set(5, "string"),
    kind: set(6, "SpanKind"),
    startTimeUnixNano: set(7, "fixed64"),
    endTimeUnixNano: set(8, "fixed64"),
    attributes: repeated(9, "KeyValue"),
    droppedAttributesCount: set(10, "uint32"),
    events: repeated(11, "SpanEvent"),
    droppedEventsCount: set(12, "uint32"),
    links: repeated(13, "SpanLink"),
    droppedLinksCount: set(14, "uint32"),
    status: always(15, "Status"),
  },
  SpanEvent: {
    timeUnixNano: set(1, "fixed64"),
    name: set(2, "string"),
    attributes: repeated(3, "KeyValue"),
    droppedAttributesCount: set(4, "uint32"),
  },
  SpanLink: {
    traceId: set(1, "traceId"),
    spanId: set(2, "spanId"),
    traceState: set(3, "string"),
    attributes: repeated(4, "KeyValue"),
    droppedAttributesCount: set(5, "uint32"),
    flags: set(6, "fixed32"),
  },
  Status: { message: set(2, "string"), code: set(3, "StatusCode") },

  // metrics.proto
  ExportMetricsServiceRequest: { resourceMetrics: repeated(1, "ResourceMetrics") },
  ResourceMetrics: {
    resource: always(1, "Resource"),
    scopeMetrics: repeated(2, "ScopeMetrics"),
    schemaUrl: set(3, "string"),
  },
  ScopeMetrics: {
    scope: always(1, "InstrumentationScope"),
    metrics: repeated(2, "Metric"),
    schemaUrl: set(3, "string"),
  },
  Metric: {
    name: set(1, "string"),
    description: set(2, "string"),
    unit: set(3, "string"),
    gauge: arm(5, "Gauge"),
    sum: arm(7, "Sum"),
    histogram: arm(9, "Histogram"),
    exponentialHistogram: arm(10, "ExponentialHistogram"),
    summary: arm(11, "Summary"),
    metadata: repeated(12, "KeyValue"),
  },
  Gauge: { dataPoints: repeated(1, "NumberDataPoint") },
  Sum: {
    dataPoints: repeated(1, "NumberDataPoint"),
    aggregationTemporality: set(2, "AggregationTemporality"),
    isMonotonic: set(3, "bool"),
  },
  Histogram: {
    dataPoints: repeated(1, "HistogramDataPoint"),
    aggregationTemporality: set(2, "AggregationTemporality"),
  },
  ExponentialHistogram: {
    dataPoints: repeated(1, "ExponentialHistogramDataPoint"),
    aggregationTemporality: set(2, "AggregationTemporality"),
  },
  Summary: { dataPoints: repeated(1, "SummaryDataPoint") },
  NumberDataPoint: {
    attributes: repeated(7, "KeyValue"),
    startTimeUnixNano: set(2, "fixed64"),
    timeUnixNano: set(3, "fixed64"),
    asDouble: arm(4, "double"),
    asInt: arm(6, "sfixed64"),
    exemplars: repeated(5, "Exemplar"),
    flags: set(8, "uint32"),
  },
  HistogramDataPoint: {
    attributes: repeated(9, "KeyValue"),
    startTimeUnixNano: set(2, "fixed64"),
    timeUnixNano: set(3, "fixed64"),
    count: set(4, "fixed64"),
    sum: optional(5, "double"),
    bucketCounts: repeated(6, "fixed64"),
    explicitBounds: repeated(7, "double"),
    exemplars: repeated(8, "Exemplar"),
    flags: set(10, "uint32"),
    min: optional(11, "double"),
    max: optional(12, "double"),
  },
  ExponentialHistogramDataPoint: {
    attributes: repeated(1, "KeyValue"),
    startTimeUnixNano: set(2, "fixed64"),
    timeUnixNano: set(3, "fixed64"),
    count: set(4, "fixed64"),
    sum: optional(5, "double"),
    scale: set(6, "sint32"),
    zeroCount: set(7, "fixed64"),
    positive: always(8, "Buckets"),
    negative: always(9, "Buckets"),
    flags: set(10, "uint32"),
    exemplars: repeated(11, "Exemplar"),
    min: optional(12, "double"),
    max: optional(13, "double"),
    zeroThreshold: set(14, "double"),
  },
  Buckets: { offset: set(1, "sint32"), bucketCounts: repeated(2, "uint64") },
  SummaryDataPoint: {
    attributes: repeated(7, "KeyValue"),
    startTimeUnixNano: set(2, "fixed64"),
    timeUnixNano: set(3, "fixed64"),
    count: set(4, "fixed64"),
    sum: set(5, "double"),
    quantileValues: repeated(6, "ValueAtQuantile"),
    flags: set(8, "uint32"),
  },
  ValueAtQuantile: { quantile: set(1, "double"), value: set(2, "double") },
  Exemplar: {
    filteredAttributes: repeated(7, "KeyValue"),
    timeUnixNano: set(2, "fixed64"),
    asDouble: arm(3, "double"),
    asInt: arm(6, "sfixed64"),
    traceId: set(5, "traceId"),
    spanId: set(4, "spanId"),
  },
};
