import { Writer } from "protobufjs/minimal";

/**
 * The messages of OTLP once more, written down from the protocol's own definition and not from the product's table: what is
 * encoded by these numbers is what other programs send.
 *
 * @source opentelemetry-proto 1.11.0: common.proto, resource.proto, logs.proto, trace.proto, metrics.proto and the services.
 */

/** `name number type`; a `*` behind the type is a list, a `|` an arm of the message's oneof. */
const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  AnyValue: [
    "stringValue 1 string |",
    "boolValue 2 bool |",
    "intValue 3 int64 |",
    "doubleValue 4 double |",
    "arrayValue 5 ArrayValue |",
    "kvlistValue 6 KeyValueList |",
    "bytesValue 7 bytes |",
    "stringValueStrindex 8 int32 |",
  ],
  ArrayValue: ["values 1 AnyValue *"],
  KeyValueList: ["values 1 KeyValue *"],
  KeyValue: ["key 1 string", "value 2 AnyValue", "keyStrindex 3 int32"],
  InstrumentationScope: [
    "name 1 string",
    "version 2 string",
    "attributes 3 KeyValue *",
    "droppedAttributesCount 4 uint32",
  ],
  EntityRef: ["schemaUrl 1 string", "type 2 string", "idKeys 3 string *", "descriptionKeys 4 string *"],
  Resource: ["attributes 1 KeyValue *", "droppedAttributesCount 2 uint32", "entityRefs 3 EntityRef *"],

  ExportLogsServiceRequest: ["resourceLogs 1 ResourceLogs *"],
  ResourceLogs: ["resource 1 Resource", "scopeLogs 2 ScopeLogs *", "schemaUrl 3 string"],
  ScopeLogs: ["scope 1 InstrumentationScope", "logRecords 2 LogRecord *", "schemaUrl 3 string"],
  LogRecord: [
    "timeUnixNano 1 fixed64",
    "severityNumber 2 enum",
    "severityText 3 string",
    "body 5 AnyValue",
    "attributes 6 KeyValue *",
    "droppedAttributesCount 7 uint32",
    "flags 8 fixed32",
    "traceId 9 bytes16",
    "spanId 10 bytes8",
    "observedTimeUnixNano 11 fixed64",
    "eventName 12 string",
  ],

  ExportTraceServiceRequest: ["resourceSpans 1 ResourceSpans *"],
  ResourceSpans: ["resource 1 Resource", "scopeSpans 2 ScopeSpans *", "schemaUrl 3 string"],
  ScopeSpans: ["scope 1 InstrumentationScope", "spans 2 Span *", "schemaUrl 3 string"],
  Span: [
    "traceId 1 bytes16",
    "spanId 2 bytes8",
    "traceState 3 string",
    "parentSpanId 4 bytes8",
    "name 5 string",
    "kind 6 enum",
    "startTimeUnixNano 7 fixed64",
    "endTimeUnixNano 8 fixed64",
    "attributes 9 KeyValue *",
    "droppedAttributesCount 10 uint32",
    "events 11 Event *",
    "droppedEventsCount 12 uint32",
    "links 13 Link *",
    "droppedLinksCount 14 uint32",
    "status 15 Status",
    "flags 16 fixed32",
  ],
  Event: ["timeUnixNano 1 fixed64", "name 2 string", "attributes 3 KeyValue *", "droppedAttributesCount 4 uint32"],
  Link: [
    "traceId 1 bytes16",
    "spanId 2 bytes8",
    "traceState 3 string",
    "attributes 4 KeyValue *",
    "droppedAttributesCount 5 uint32",
    "flags 6 fixed32",
  ],
  Status: ["message 2 string", "code 3 enum"],

  ExportMetricsServiceRequest: ["resourceMetrics 1 ResourceMetrics *"],
  ResourceMetrics: ["resource 1 Resource", "scopeMetrics 2 ScopeMetrics *", "schemaUrl 3 string"],
  ScopeMetrics: ["scope 1 InstrumentationScope", "metrics 2 Metric *", "schemaUrl 3 string"],
  Metric: [
    "name 1 string",
    "description 2 string",
    "unit 3 string",
    "gauge 5 Gauge |",
    "sum 7 Sum |",
    "histogram 9 Histogram |",
    "exponentialHistogram 10 ExponentialHistogram |",
    "summary 11 Summary |",
    "metadata 12 KeyValue *",
  ],
  Gauge: ["dataPoints 1 NumberDataPoint *"],
  Sum: ["dataPoints 1 NumberDataPoint *", "aggregationTemporality 2 enum", "isMonotonic 3 bool"],
  Histogram: ["dataPoints 1 HistogramDataPoint *", "aggregationTemporality 2 enum"],
  ExponentialHistogram: ["dataPoints 1 ExponentialHistogramDataPoint *", "aggregationTemporality 2 enum"],
  Summary: ["dataPoints 1 SummaryDataPoint *"],
  NumberDataPoint: [
    "startTimeUnixNano 2 fixed64",
    "timeUnixNano 3 fixed64",
    "asDouble 4 double |",
    "exemplars 5 Exemplar *",
    "asInt 6 sfixed64 |",
    "attributes 7 KeyValue *",
    "flags 8 uint32",
  ],
  HistogramDataPoint: [
    "startTimeUnixNano 2 fixed64",
    "timeUnixNano 3 fixed64",
    "count 4 fixed64",
    "sum 5 double",
    "bucketCounts 6 fixed64 *",
    "explicitBounds 7 double *",
    "exemplars 8 Exemplar *",
    "attributes 9 KeyValue *",
    "flags 10 uint32",
    "min 11 double",
    "max 12 double",
  ],
  ExponentialHistogramDataPoint: [
    "attributes 1 KeyValue *",
    "startTimeUnixNano 2 fixed64",
    "timeUnixNano 3 fixed64",
    "count 4 fixed64",
    "sum 5 double",
    "scale 6 sint32",
    "zeroCount 7 fixed64",
    "positive 8 Buckets",
    "negative 9 Buckets",
    "flags 10 uint32",
    "exemplars 11 Exemplar *",
    "min 12 double",
    "max 13 double",
    "zeroThreshold 14 double",
  ],
  Buckets: ["offset 1 sint32", "bucketCounts 2 uint64 *"],
  SummaryDataPoint: [
    "startTimeUnixNano 2 fixed64",
    "timeUnixNano 3 fixed64",
    "count 4 fixed64",
    "sum 5 double",
    "quantileValues 6 ValueAtQuantile *",
    "attributes 7 KeyValue *",
    "flags 8 uint32",
  ],
  ValueAtQuantile: ["quantile 1 double", "value 2 double"],
  Exemplar: [
    "timeUnixNano 2 fixed64",
    "asDouble 3 double |",
    "spanId 4 bytes8",
    "traceId 5 bytes16",
    "asInt 6 sfixed64 |",
    "filteredAttributes 7 KeyValue *",
  ],
};

/** A message in both encodings. */
export type BothWays = { readonly json: Record<string, unknown>; readonly protobuf: Uint8Array };

type Row = { readonly name: string; readonly number: number; readonly type: string; readonly mark: string | undefined };

/** The names of all messages. */
export const MESSAGE_NAMES: readonly string[] = Object.keys(MESSAGES);

/** How many arms the widest oneof has: so many samples of a message show each of its fields. */
export const ARMS_MAX = 8;

/**
 * Makes one message with all its fields set, each to a value of its own, and one arm of each oneof.
 *
 * @param arm Which arm, counted from 0, the same in all messages within.
 */
export function sampleOf(message: string, arm: number, isPacked = true): BothWays {
  return new Sampler(arm, isPacked).message(message, 0);
}

/** Nothing is nested deeper: values may hold values. */
const DEPTH_MAX = 9;

class Sampler {
  #next = 100;
  readonly #arm: number;
  readonly #isPacked: boolean;

  constructor(arm: number, isPacked: boolean) {
    this.#arm = arm;
    this.#isPacked = isPacked;
  }

  message(name: string, depth: number): BothWays {
    const rows = (MESSAGES[name] ?? []).map(rowOf);
    const arms = rows.filter(({ mark }) => mark === "|");
    const arm = depth > DEPTH_MAX ? arms[0] : arms[this.#arm % Math.max(1, arms.length)];
    const writer = Writer.create();
    const json: Record<string, unknown> = {};
    for (const row of rows) {
      if (row.mark === "|" && row !== arm) continue;
      json[row.name] = row.mark === "*" ? this.#list(writer, row, depth) : this.#one(writer, row, depth);
    }
    return { json, protobuf: writer.finish() };
  }

  #one(writer: Writer, { number, type }: Row, depth: number): unknown {
    const wire = WIRE_TYPES[type] ?? 2;
    writer.uint32((number << 3) | wire);
    return this.#value(writer, type, depth);
  }

  #list(writer: Writer, row: Row, depth: number): unknown[] {
    const isPackable = WIRE_TYPES[row.type] !== undefined && WIRE_TYPES[row.type] !== 2;
    if (!isPackable || !this.#isPacked) return [0, 1].map(() => this.#one(writer, row, depth));
    writer.uint32((row.number << 3) | 2).fork();
    const values = [0, 1].map(() => this.#value(writer, row.type, depth));
    writer.ldelim();
    return values;
  }

  #value(writer: Writer, type: string, depth: number): unknown {
    this.#next += 1;
    const number = this.#next;
    switch (type) {
      case "string":
        writer.string(`text ${number}`);
        return `text ${number}`;
      case "bool":
        writer.bool(true);
        return true;
      case "enum":
        // Enums have few values: of two in one message each has another.
        writer.int32((number % 3) + 1);
        return (number % 3) + 1;
      case "int32":
        writer.int32(number);
        return number;
      case "uint32":
        writer.uint32(number);
        return number;
      case "sint32":
        writer.sint32(-number);
        return -number;
      case "fixed32":
        writer.fixed32(number);
        return number;
      case "int64":
        writer.int64(-number);
        return String(-number);
      case "uint64":
        writer.uint64(number);
        return String(number);
      case "fixed64":
        writer.fixed64(number);
        return String(number);
      case "sfixed64":
        writer.sfixed64(-number);
        return String(-number);
      case "double":
        writer.double(number + 0.5);
        return number + 0.5;
      case "bytes":
        writer.bytes(Uint8Array.of((number % 255) + 1));
        return Buffer.of((number % 255) + 1).toString("base64");
      case "bytes16":
      case "bytes8": {
        const id = Buffer.alloc(type === "bytes16" ? 16 : 8, (number % 255) + 1);
        writer.bytes(id);
        return id.toString("hex");
      }
      default: {
        if (!MESSAGES[type]) throw new TypeError(`There is no message ${type}`);
        const inner = this.message(type, depth + 1);
        writer.bytes(inner.protobuf);
        return inner.json;
      }
    }
  }
}

const WIRE_TYPES: Readonly<Record<string, number>> = {
  bool: 0,
  enum: 0,
  int32: 0,
  uint32: 0,
  sint32: 0,
  int64: 0,
  uint64: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  fixed32: 5,
  string: 2,
  bytes: 2,
  bytes16: 2,
  bytes8: 2,
};

function rowOf(text: string): Row {
  const [name = "", number = "", type = "", mark] = text.split(" ");
  return { name, number: Number(number), type, mark };
}

/** Every field as the table has it: `message.field` with its number. */
export function allNumbers(): ReadonlyMap<string, number> {
  const entries = Object.entries(MESSAGES).flatMap(([message, rows]) =>
    rows.map(rowOf).map(({ name, number }) => [`${message}.${name}`, number] as const),
  );
  return new Map(entries);
}
