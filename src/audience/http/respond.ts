import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { LIMITS } from "../../kernel/limits.ts";
import type { ProtobufCodec } from "../../telemetry/protobuf-codec.ts";
import { type Encoding, exportResponseJson, RPC_CODE, type RpcCode, statusJson } from "../../telemetry/response.ts";
import type { Signal } from "../../telemetry/signal.ts";
import type { Received } from "../receive.ts";
import type { Refusal, RefusalCause } from "../refusal.ts";

type Meaning = {
  readonly status: number;
  readonly code: RpcCode;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isLast?: true;
};

/** An answer over HTTP. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Whether the connection is closed behind it. */
  readonly isLast?: true;
};

/**
 * What each cause is in HTTP and in `google.rpc.Status`. Of these 503 alone is sent again by exporters; only that it is
 * full says when, for of a disk nobody knows.
 */
const ANSWERS: Readonly<Record<RefusalCause, Meaning>> = {
  host: { status: 403, code: RPC_CODE.permissionDenied },
  origin: { status: 403, code: RPC_CODE.permissionDenied },
  unauthorised: { status: 401, code: RPC_CODE.unauthenticated, headers: { "www-authenticate": "Bearer" } },
  path: { status: 404, code: RPC_CODE.notFound },
  method: { status: 405, code: RPC_CODE.unimplemented, headers: { allow: "POST" } },
  content_type: { status: 415, code: RPC_CODE.invalidArgument },
  encoding: { status: 400, code: RPC_CODE.invalidArgument },
  too_large: { status: 413, code: RPC_CODE.resourceExhausted },
  malformed: { status: 400, code: RPC_CODE.invalidArgument },
  // Mostly the connection is closed by then, and nobody reads these two.
  slow: { status: 408, code: RPC_CODE.deadlineExceeded, isLast: true },
  aborted: { status: 400, code: RPC_CODE.invalidArgument },
  overloaded: {
    status: 503,
    code: RPC_CODE.unavailable,
    headers: { "retry-after": String(LIMITS.retryAfterSeconds) },
  },
  unavailable: { status: 503, code: RPC_CODE.unavailable },
};

const CONTENT_TYPE = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** The encoding that a Content-Type names; parameters and letter case do not matter. */
export function encodingOf(headers: IncomingHttpHeaders): Encoding | undefined {
  const type = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPE.protobuf) return "protobuf";
  return type === CONTENT_TYPE.json ? "json" : undefined;
}

/** The answer to what became of an export request, in the request's own encoding. */
export function respond(
  protobuf: ProtobufCodec,
  to: { signal: Signal; encoding: Encoding },
  received: Received,
): Answer {
  switch (received.kind) {
    case "accepted": {
      const { partial } = received;
      const body = to.encoding === "json" ? exportResponseJson(to.signal, partial) : protobuf.exportResponse(partial);
      return { status: 200, headers: { "content-type": CONTENT_TYPE[to.encoding] }, body };
    }
    case "refused":
      return refuse(protobuf, to.encoding, { cause: "malformed", reason: received.reason });
    case "unavailable":
    case "overloaded":
      return refuse(protobuf, to.encoding, { cause: received.kind, reason: received.reason });
    default:
      throw new TypeError(`No such outcome: ${received satisfies never}`);
  }
}

/** An error as OTLP wants it: a `google.rpc.Status` in the request's encoding. */
export function refuse(protobuf: ProtobufCodec, encoding: Encoding, { cause, reason }: Refusal): Answer {
  return statusResponse(protobuf, encoding, { ...ANSWERS[cause], reason });
}

/** The answer to a request that met a bug of ours; sent again, it would meet it again. */
export function ownBug(protobuf: ProtobufCodec): Answer {
  return statusResponse(protobuf, "json", {
    status: 500,
    code: RPC_CODE.internal,
    reason: "this is a bug of masque: see its log",
  });
}

function statusResponse(protobuf: ProtobufCodec, encoding: Encoding, answer: Meaning & { reason: string }): Answer {
  const { status, code, reason, headers = {}, isLast } = answer;
  const body = encoding === "json" ? statusJson(code, reason) : protobuf.status(code, reason);
  return { status, headers: { "content-type": CONTENT_TYPE[encoding], ...headers }, body, ...(isLast && { isLast }) };
}

/** The HTTP status of a cause, for the log. */
export function statusOf(cause: RefusalCause): number {
  return ANSWERS[cause].status;
}

/** A page of JSON. */
export function jsonAnswer(body: string): Answer {
  return { status: 200, headers: { "content-type": CONTENT_TYPE.json }, body };
}

/** Writes an answer, and waits until it is on its way or its client is gone. */
export function writeAnswer(response: ServerResponse, { status, headers, body, isLast }: Answer): Promise<void> {
  return new Promise((resolve) => {
    // One that waits behind others has no socket yet.
    if (response.destroyed || response.req.socket.destroyed) return resolve();
    response.once("close", resolve);
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    response.writeHead(status, { ...headers, "content-length": bytes.length, ...(isLast && { connection: "close" }) });
    response.end(bytes, () => resolve());
  });
}
