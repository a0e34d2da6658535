import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { LIMITS } from "../../kernel/limits.ts";
import type { ProtobufCodec } from "../../telemetry/protobuf-codec.ts";
import { type Encoding, exportResponseJson, RPC_CODE, type RpcCode, statusJson } from "../../telemetry/response.ts";
import { type Outcome, type RefusalCause, refused } from "../outcome.ts";

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
  /** Whether the connection is closed after it. */
  readonly isLast?: true;
};

/**
 * The HTTP status and the `google.rpc.Status` of each cause. Of these, exporters send again only after 503. Only
 * `overloaded` sends Retry-After: when a disk recovers is unknown.
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
  // The connection is usually closed by then, so few senders read these two.
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

/** The response to an export request, in the encoding of the request. An error is a `google.rpc.Status`, as OTLP asks. */
export function respond(protobuf: ProtobufCodec, encoding: Encoding, outcome: Outcome): Answer {
  switch (outcome.kind) {
    case "accepted": {
      const { signal, partial } = outcome;
      const body = encoding === "json" ? exportResponseJson(signal, partial) : protobuf.exportResponse(partial);
      return { status: 200, headers: { "content-type": CONTENT_TYPE[encoding] }, body };
    }
    case "refused":
      return statusResponse(protobuf, encoding, { ...ANSWERS[outcome.cause], reason: outcome.reason });
    case "bug":
      return statusResponse(protobuf, encoding, BUG);
    default:
      throw new TypeError(`No such outcome: ${outcome satisfies never}`);
  }
}

/** For a request that comes while the port drains. */
export const SHUTTING_DOWN = refused("unavailable", "shutting down");

/** Not a status that exporters send again for: the request would meet the same bug. */
const BUG = { status: 500, code: RPC_CODE.internal, reason: "this is a bug of masque: see its log" } as const;

function statusResponse(protobuf: ProtobufCodec, encoding: Encoding, answer: Meaning & { reason: string }): Answer {
  const { status, code, reason, headers = {}, isLast } = answer;
  const body = encoding === "json" ? statusJson(code, reason) : protobuf.status(code, reason);
  return { status, headers: { "content-type": CONTENT_TYPE[encoding], ...headers }, body, ...(isLast && { isLast }) };
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
