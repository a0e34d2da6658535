import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { LIMITS } from "../../kernel/limits.ts";
import type { ProtobufCodec } from "../../telemetry/protobuf-codec.ts";
import { RPC_CODE } from "../../telemetry/response.ts";
import type { Refusal, RefusalCause } from "../refusal.ts";
import { grpcStatusOf } from "./status.ts";

/**
 * Answers on a stream. A success is headers, one message and trailers that carry the status; a refusal carries it in
 * the headers, with nothing behind them. Each does nothing on a stream that has been answered or is gone.
 *
 * @source grpc, doc/PROTOCOL-HTTP2.md, Responses.
 */

const HEADERS = {
  ":status": 200,
  "content-type": "application/grpc",
  "grpc-accept-encoding": "identity,gzip",
} as const;
const PREFIX_BYTES = 5;
const UTF8 = new TextEncoder();

/** Answers with a message: status 0. */
export function answerMessage(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (!isOpen(stream)) return;
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  stream.end(framed);
}

/** Answers that a call was not taken, and when to come again where that is known. What still comes is not read. */
export function answerRefusal(stream: ServerHttp2Stream, { cause, reason }: Refusal, protobuf: ProtobufCodec): void {
  const status = grpcStatusOf(cause);
  if (typeof status === "object") {
    endWith(stream, { ":status": status.http, ...(status.http === 405 ? { allow: "POST" } : {}) });
    return;
  }
  const headers = { ...HEADERS, "grpc-status": `${status}`, "grpc-message": messageText(reason) };
  if (cause !== "overloaded") {
    endWith(stream, headers);
    return;
  }
  const details = Buffer.from(protobuf.status(status, reason, LIMITS.retryAfterSeconds));
  endWith(stream, { ...headers, "grpc-status-details-bin": details.toString("base64").replace(/=+$/, "") });
}

/** Answers a call that met a bug of ours; sent again, it would meet it again. */
export function answerBug(stream: ServerHttp2Stream): void {
  const headers = { "grpc-status": `${RPC_CODE.internal}`, "grpc-message": "this is a bug of masque: see its log" };
  endWith(stream, { ...HEADERS, ...headers });
}

/** A cause's status, for the log. */
export function statusText(cause: RefusalCause): string {
  const status = grpcStatusOf(cause);
  return typeof status === "object" ? `HTTP ${status.http}` : `${status}`;
}

function endWith(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  if (!isOpen(stream)) return;
  stream.respond(headers, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

function isOpen(stream: ServerHttp2Stream): boolean {
  return !stream.destroyed && !stream.closed && !stream.headersSent;
}

/** UTF-8, percent-encoded outside of printable ASCII; bounded, for a client bounds the headers it takes. */
function messageText(text: string): string {
  let encoded = "";
  for (const byte of UTF8.encode(text.slice(0, LIMITS.grpcMessageCharsMax))) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
