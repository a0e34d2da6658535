import { RPC_CODE, type RpcCode } from "../../telemetry/response.ts";
import type { RefusalCause } from "../outcome.ts";

/** A request that is not gRPC is answered with an HTTP status, as the protocol says. */
export type GrpcStatus = RpcCode | { readonly http: 405 | 415 };

const STATUS: Readonly<Record<RefusalCause, GrpcStatus>> = {
  // No web page speaks HTTP/2 with prior knowledge: nothing here is refused for these two.
  host: RPC_CODE.permissionDenied,
  origin: RPC_CODE.permissionDenied,
  unauthorised: RPC_CODE.unauthenticated,
  path: RPC_CODE.unimplemented,
  method: { http: 405 },
  content_type: { http: 415 },
  encoding: RPC_CODE.unimplemented,
  too_large: RPC_CODE.resourceExhausted,
  malformed: RPC_CODE.invalidArgument,
  slow: RPC_CODE.deadlineExceeded,
  // The stream is reset by then, so the sender does not read it.
  aborted: RPC_CODE.invalidArgument,
  overloaded: RPC_CODE.unavailable,
  unavailable: RPC_CODE.unavailable,
};

/** The gRPC status of a cause. Of these OTLP lets 4 and 14 be sent again, and 8 only with a `RetryInfo`. */
export function grpcStatusOf(cause: RefusalCause): GrpcStatus {
  return STATUS[cause];
}
