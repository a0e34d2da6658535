import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";

/** Requests that hold all that OpenTelemetry's JavaScript SDK can say, in both encodings, as its exporters send them. */

/** The same request, encoded twice. */
export type Exported = { readonly json: Uint8Array; readonly protobuf: Uint8Array };

const RESOURCE = resourceFromAttributes({ "service.name": "exporter", "process.pid": 7 }, { schemaUrl: "https://a/1" });
const SCOPE = { name: "scope", version: "1.2.3", schemaUrl: "https://a/2", attributes: { of: "scope" } };
const ATTRIBUTES = {
  text: 'a\n"é😀',
  whole: 3,
  real: 0.25,
  negative: -12,
  large: 4_503_599_627_370_495,
  isSet: true,
  list: ["a", "b"],
  numbers: [1, 2.5],
  "session.id": "0199",
};
const TRACE_ID = "0102030405060708090a0b0c0d0e0f10";
const [SPAN_ID, PARENT_ID] = ["1112131415161718", "2122232425262728"];
const STATE = { serialize: () => "a=1,b=2" };
const time = (nanos: number): [number, number] => [1_795_371_840, nanos];

type LogRecords = Parameters<typeof JsonLogsSerializer.serializeRequest>[0];
type Spans = Parameters<typeof JsonTraceSerializer.serializeRequest>[0];
type Metrics = Parameters<typeof JsonMetricsSerializer.serializeRequest>[0];

/** Two records, one with every field. */
export function exportedLogs(): Exported {
  const record = {
    hrTime: time(1),
    hrTimeObserved: time(2),
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    severityNumber: 17,
    severityText: "ERROR",
    eventName: "an.event",
    body: { nested: ["deep", { er: 1 }], bytes: Uint8Array.of(1, 2, 255) },
    attributes: ATTRIBUTES,
    droppedAttributesCount: 5,
    spanContext: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 },
  };
  const records = [record, { ...record, body: "text", spanContext: undefined, eventName: undefined }];
  return bothOf(JsonLogsSerializer, ProtobufLogsSerializer, records as unknown as LogRecords);
}

/** A span with events, links and all that is counted. */
export function exportedTraces(): Exported {
  const span = {
    name: "a span",
    kind: 2,
    spanContext: () => ({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, traceState: STATE }),
    parentSpanContext: { traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 1, isRemote: true },
    startTime: time(3),
    endTime: time(4),
    status: { code: 2, message: "it failed" },
    attributes: ATTRIBUTES,
    droppedAttributesCount: 6,
    events: [{ name: "an event", time: time(5), attributes: { of: "event" }, droppedAttributesCount: 7 }],
    droppedEventsCount: 8,
    links: [
      {
        context: { traceId: TRACE_ID, spanId: PARENT_ID, traceFlags: 1, isRemote: true, traceState: STATE },
        attributes: { of: "link" },
        droppedAttributesCount: 9,
      },
    ],
    droppedLinksCount: 10,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    ended: true,
    duration: time(0),
  };
  return bothOf(JsonTraceSerializer, ProtobufTraceSerializer, [span] as unknown as Spans);
}

/** One metric of each kind that the SDK has: it makes no summaries and no exemplars. */
export function exportedMetrics(): Exported {
  const point = <T>(value: T) => ({ startTime: time(6), endTime: time(7), attributes: ATTRIBUTES, value });
  const metric = (name: string, dataPointType: number, values: readonly unknown[], rest: object = {}) => ({
    descriptor: { name, description: `about ${name}`, unit: "By", valueType: 1 },
    aggregationTemporality: 1,
    dataPointType,
    dataPoints: values.map(point),
    ...rest,
  });
  const histogram = { count: 11, sum: 12.5, min: 0.5, max: 9.5, buckets: { boundaries: [1, 5], counts: [3, 4, 4] } };
  const exponential = {
    count: 13,
    sum: 14.5,
    min: -1.5,
    max: 15.5,
    scale: -2,
    zeroCount: 3,
    positive: { offset: -4, bucketCounts: [5, 6] },
    negative: { offset: 7, bucketCounts: [8] },
  };
  const metrics = [
    metric("histogram", 0, [histogram]),
    metric("exponential", 1, [exponential]),
    metric("gauge", 2, [1.5, -2]),
    metric("sum", 3, [3.25], { isMonotonic: true }),
    {
      ...metric("whole", 3, [16], { isMonotonic: false }),
      descriptor: { name: "whole", description: "", unit: "", valueType: 0 },
    },
  ];
  const request = { resource: RESOURCE, scopeMetrics: [{ scope: SCOPE, metrics }] };
  return bothOf(JsonMetricsSerializer, ProtobufMetricsSerializer, request as unknown as Metrics);
}

type Serializer<T> = { serializeRequest(request: T): Uint8Array | undefined };

function bothOf<T>(json: Serializer<T>, protobuf: Serializer<T>, request: T): Exported {
  const both = { json: json.serializeRequest(request), protobuf: protobuf.serializeRequest(request) };
  if (!both.json || !both.protobuf) throw new TypeError("otlp-transformer serialised a request to nothing");
  return { json: both.json, protobuf: both.protobuf };
}
