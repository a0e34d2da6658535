import { RPC_CODE, type RpcCode } from "../../telemetry/response.ts";
import type { RefusalCause } from "../outcome.ts";

/** What is no gRPC at all is answered with a status of HTTP, as the protocol has it. */
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
  // By then the stream is reset: nobody reads it.
  aborted: RPC_CODE.invalidArgument,
  overloaded: RPC_CODE.unavailable,
  unavailable: RPC_CODE.unavailable,
};

/** How gRPC says that cause. Of these OTLP lets 4 and 14 be sent again, and 8 only with a `RetryInfo`. */
export function grpcStatusOf(cause: RefusalCause): GrpcStatus {
  return STATUS[cause];
}
