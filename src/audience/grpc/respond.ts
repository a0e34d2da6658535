import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { LIMITS } from "../../kernel/limits.ts";
import type { ProtobufCodec } from "../../telemetry/protobuf-codec.ts";
import { RPC_CODE } from "../../telemetry/response.ts";
import type { Outcome, Refusal, RefusalCause } from "../outcome.ts";
import { grpcStatusOf } from "./status.ts";

const HEADERS = {
  ":status": 200,
  "content-type": "application/grpc",
  "grpc-accept-encoding": "identity,gzip",
} as const;
const PREFIX_BYTES = 5;
const UTF8 = new TextEncoder();

/**
 * Answers on a stream. A success is headers, one message and trailers with the status; a refusal is headers with the
 * status and nothing after them. Does nothing on a stream that has been answered or is gone.
 *
 * @source grpc, doc/PROTOCOL-HTTP2.md, Responses.
 */
export function respond(stream: ServerHttp2Stream, outcome: Outcome, protobuf: ProtobufCodec): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  switch (outcome.kind) {
    case "accepted":
      sendMessage(stream, protobuf.exportResponse(outcome.partial));
      return;
    case "refused":
      endWith(stream, headersOf(outcome, protobuf));
      return;
    case "bug":
      endWith(stream, BUG);
      return;
    default:
      throw new TypeError(`No such outcome: ${outcome satisfies never}`);
  }
}

/** The status of a cause, for the log. */
export function statusText(cause: RefusalCause): string {
  const status = grpcStatusOf(cause);
  return typeof status === "object" ? `HTTP ${status.http}` : `${status}`;
}

/** Not a status that exporters send again for: the call would meet the same bug. */
const BUG = {
  ...HEADERS,
  "grpc-status": `${RPC_CODE.internal}`,
  "grpc-message": "this is a bug of masque: see its log",
} as const;

function sendMessage(stream: ServerHttp2Stream, message: Uint8Array): void {
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  const framed = Buffer.alloc(PREFIX_BYTES + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX_BYTES);
  stream.end(framed);
}

/** Only `overloaded` says when to send again: when a disk recovers is unknown. */
function headersOf({ cause, reason }: Refusal, protobuf: ProtobufCodec): OutgoingHttpHeaders {
  const status = grpcStatusOf(cause);
  if (typeof status === "object") return { ":status": status.http, ...(status.http === 405 && { allow: "POST" }) };
  const headers = { ...HEADERS, "grpc-status": `${status}`, "grpc-message": messageText(reason) };
  if (cause !== "overloaded") return headers;
  const details = Buffer.from(protobuf.status(status, reason, LIMITS.retryAfterSeconds));
  return { ...headers, "grpc-status-details-bin": details.toString("base64").replace(/=+$/, "") };
}

/** The rest of the message is not read. */
function endWith(stream: ServerHttp2Stream, headers: OutgoingHttpHeaders): void {
  stream.respond(headers, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** UTF-8, percent-encoded outside of printable ASCII; bounded, because clients limit the headers that they accept. */
function messageText(text: string): string {
  let encoded = "";
  for (const byte of UTF8.encode(text.slice(0, LIMITS.grpcMessageCharsMax))) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
