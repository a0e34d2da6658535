import type { IncomingHttpHeaders } from "node:http2";
import type { Signal } from "../../telemetry/signal.ts";
import type { Authorise } from "../bearer.ts";
import { type Refusal, refused, UNAUTHORISED } from "../outcome.ts";

/** What the headers of a stream ask for. Pure: headers in, a call or its refusal out. */

/** A call that may send its message. */
export type CallHead = {
  readonly signal: Signal;
  /** Whether a message with the compressed flag is gzip; without it, no message may have the flag. */
  readonly hasGzip: boolean;
  /** The caller's own deadline; `undefined` where it set none. */
  readonly timeoutMs: number | undefined;
};

const METHODS: ReadonlyMap<string, Signal> = new Map([
  ["/opentelemetry.proto.collector.logs.v1.LogsService/Export", "logs"],
  ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "metrics"],
  ["/opentelemetry.proto.collector.trace.v1.TraceService/Export", "traces"],
]);

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * Reads the headers of a stream.
 *
 * @source grpc, doc/PROTOCOL-HTTP2.md, Request-Headers.
 */
export function readCallHead(headers: IncomingHttpHeaders, authorise: Authorise): CallHead | Refusal {
  if (headers[":method"] !== "POST") return refused("method", "a call is made by POST");
  const type = headers["content-type"]?.toLowerCase() ?? "";
  // "application/grpc-web" begins the same way but has other frames.
  if (!/^application\/grpc(\+proto)?\s*($|;)/.test(type)) {
    return refused("content_type", `unsupported content-type "${type}": send application/grpc`);
  }
  if (!authorise(headers.authorization)) return UNAUTHORISED;
  const signal = METHODS.get(headers[":path"] ?? "");
  if (!signal) return refused("path", `no such method "${headers[":path"]}"`);
  return readOptions(signal, headers);
}

function readOptions(signal: Signal, headers: IncomingHttpHeaders): CallHead | Refusal {
  const encoding = oneOf(headers["grpc-encoding"]) ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    return refused("encoding", `unsupported grpc-encoding "${encoding}": send gzip or none`);
  }
  const timeout = oneOf(headers["grpc-timeout"]);
  const timeoutMs = timeout === undefined ? undefined : millisecondsOf(timeout);
  if (timeout !== undefined && timeoutMs === undefined) {
    return refused("malformed", `"${timeout}" is not a grpc-timeout`);
  }
  return { signal, hasGzip: encoding === "gzip", timeoutMs };
}

/** At most eight digits and a unit. */
function millisecondsOf(timeout: string): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(timeout) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(digits) * unitMs;
}

/** Metadata that came several times is joined to one value, as in all of HTTP. */
function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
