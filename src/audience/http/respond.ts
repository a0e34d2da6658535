import type { Signal } from "../../telemetry/otlp.ts";
import type { ProtobufCodec } from "../../telemetry/protobuf-codec.ts";
import { type Encoding, exportResponseJson, RPC_CODE, type RpcCode, statusJson } from "../../telemetry/response.ts";
import type { Received } from "../receive.ts";

/** A request that was not taken: HTTP status, `google.rpc.Status` code, and what to tell its sender. */
export type Refusal = {
  readonly status: 400 | 403 | 404 | 405 | 413 | 415 | 500 | 503;
  readonly code: RpcCode;
  readonly reason: string;
};

const CONTENT_TYPE = { protobuf: "application/x-protobuf", json: "application/json" } as const;

/** The encoding that a Content-Type names; parameters and letter case do not matter. */
export function encodingOf(headers: Headers): Encoding | undefined {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === CONTENT_TYPE.protobuf) return "protobuf";
  return type === CONTENT_TYPE.json ? "json" : undefined;
}

/** The answer to what became of an export request, in the request's own encoding. */
export function respond(protobuf: ProtobufCodec, to: { signal: Signal; encoding: Encoding }, received: Received) {
  switch (received.kind) {
    case "accepted": {
      const { partial } = received;
      const body = to.encoding === "json" ? exportResponseJson(to.signal, partial) : protobuf.exportResponse(partial);
      return new Response(body, { status: 200, headers: { "content-type": CONTENT_TYPE[to.encoding] } });
    }
    case "refused":
      return refuse(protobuf, to.encoding, refusal(400, RPC_CODE.invalidArgument, received.reason));
    case "unavailable":
      return refuse(protobuf, to.encoding, refusal(503, RPC_CODE.unavailable, received.reason));
    default:
      throw new TypeError(`No such outcome: ${received satisfies never}`);
  }
}

/** An error as OTLP wants it: a `google.rpc.Status` in the request's encoding. */
export function refuse(protobuf: ProtobufCodec, encoding: Encoding, { status, code, reason }: Refusal): Response {
  const body = encoding === "json" ? statusJson(code, reason) : protobuf.status(code, reason);
  const headers = { "content-type": CONTENT_TYPE[encoding], ...(status === 405 ? { allow: "POST" } : {}) };
  return new Response(body, { status, headers });
}

/** A refusal. */
export function refusal(status: Refusal["status"], code: RpcCode, reason: string): Refusal {
  return { status, code, reason };
}
