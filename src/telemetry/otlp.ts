/**
 * OTLP-JSON as masque writes and reads it: the collector's canonical form (opentelemetry-proto 1.11.0, JSON mapping).
 * 64-bit integers are decimal strings, ids lower-case hex, defaults omitted, enums integers.
 */

/** `opentelemetry.proto.common.v1.AnyValue`: exactly one arm, or none for an empty value. */
export type AnyValue = {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: string;
  doubleValue?: number | "NaN" | "Infinity" | "-Infinity";
  arrayValue?: { values?: AnyValue[] };
  kvlistValue?: { values?: KeyValue[] };
  bytesValue?: string;
};

/** `opentelemetry.proto.common.v1.KeyValue` */
export type KeyValue = { key: string; value: AnyValue };

/** `opentelemetry.proto.logs.v1.LogRecord` */
export type LogRecord = {
  timeUnixNano?: string;
  observedTimeUnixNano?: string;
  severityNumber?: number;
  severityText?: string;
  body?: AnyValue;
  attributes?: KeyValue[];
  droppedAttributesCount?: number;
  flags?: number;
  traceId?: string;
  spanId?: string;
  eventName?: string;
};

/** `opentelemetry.proto.logs.v1.ResourceLogs` */
export type ResourceLogs = {
  resource?: { attributes?: KeyValue[]; droppedAttributesCount?: number };
  scopeLogs?: {
    scope?: { name?: string; version?: string; attributes?: KeyValue[] };
    logRecords?: LogRecord[];
    schemaUrl?: string;
  }[];
  schemaUrl?: string;
};

/** The three signals, by the last part of their HTTP path and the stem of their file. */
export const SIGNALS = ["logs", "metrics", "traces"] as const;

/** One of the three signals. */
export type Signal = (typeof SIGNALS)[number];

/** `Export{Logs,Metrics,Trace}ServiceRequest`: one of these is one line of a signal's JSONL file. */
export type ExportRequest = {
  resourceLogs?: ResourceLogs[];
  resourceMetrics?: { [key: string]: unknown }[];
  resourceSpans?: { [key: string]: unknown }[];
};
