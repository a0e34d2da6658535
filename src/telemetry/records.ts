import { isObject } from "../kernel/text/json.ts";
import type { Canonical } from "./message.ts";
import type { Signal } from "./signal.ts";

/** What lies inside of an export request: resources, in them scopes, in them records. */

/** The names of the three levels, by signal. */
export const LEVELS = {
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  metrics: { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" },
} as const satisfies Record<Signal, { resources: string; scopes: string; items: string }>;

const METRIC_KINDS = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;

/** The messages of a repeated field, none where it is absent. */
export function messagesAt(parent: Canonical, name: string): readonly Canonical[] {
  const value = parent[name];
  // Only repeated fields of messages are asked for, and the decoders fill those with messages.
  return Array.isArray(value) ? (value as readonly Canonical[]) : [];
}

/** Every record of a decoded request: log records, data points (not metrics), spans. */
export function* recordsOf(signal: Signal, request: Canonical): Generator<Canonical> {
  for (const { records } of scopesOf(signal, request)) yield* records;
}

/** The same by scope, with the name that each scope has. */
export function* scopesOf(
  signal: Signal,
  request: Canonical,
): Generator<{ readonly name: unknown; readonly records: Iterable<Canonical> }> {
  const { resources, scopes, items } = LEVELS[signal];
  for (const resource of messagesAt(request, resources)) {
    for (const scope of messagesAt(resource, scopes)) {
      const found = messagesAt(scope, items);
      const { name } = (scope["scope"] ?? {}) as Canonical;
      yield { name, records: signal === "metrics" ? pointsOfAll(found) : found };
    }
  }
}

function* pointsOfAll(metrics: readonly Canonical[]): Generator<Canonical> {
  for (const metric of metrics) yield* pointsOf(metric);
}

function* pointsOf(metric: Canonical): Generator<Canonical> {
  for (const kind of METRIC_KINDS) {
    const data = metric[kind];
    if (isObject(data)) yield* messagesAt(data as Canonical, "dataPoints");
  }
}

/** The string value of a record's attribute. */
export function attributeText(record: Canonical, key: string): string | undefined {
  for (const attribute of messagesAt(record, "attributes")) {
    if (attribute["key"] !== key) continue;
    const text = (attribute["value"] as Canonical | undefined)?.["stringValue"];
    return typeof text === "string" ? text : undefined;
  }
  return undefined;
}
