import type { Signal } from "./signal.ts";

/**
 * Answers to export requests, in JSON; `protobuf/encode-response.ts` writes the same in protobuf.
 *
 * @source OTLP/HTTP: success is 200 with an empty `Export*ServiceResponse`; an error is a `google.rpc.Status`.
 */

/** The encoding of a request and of its response. */
export type Encoding = "protobuf" | "json";

/** The part of a request that was not accepted; with 0 rejected, a warning to the sender. */
export type PartialSuccess = { readonly rejected: number; readonly message: string };

/** The codes of `google.rpc.Status` that the receiver sends. */
export const RPC_CODE = {
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** One of those codes. */
export type RpcCode = (typeof RPC_CODE)[keyof typeof RPC_CODE];

const REJECTED = {
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
  traces: "rejectedSpans",
} as const satisfies Record<Signal, string>;

/** An `Export*ServiceResponse`: `{}` where everything was accepted. */
export function exportResponseJson(signal: Signal, partial: PartialSuccess | null): string {
  if (!partial) return "{}";
  const rejected = partial.rejected > 0 ? { [REJECTED[signal]]: String(partial.rejected) } : {};
  return JSON.stringify({ partialSuccess: { ...rejected, errorMessage: partial.message } });
}

/** A `google.rpc.Status`. */
export function statusJson(code: RpcCode, message: string): string {
  return JSON.stringify({ code, message });
}
