import { request as httpRequest } from "node:http";
import type { ClientHttp2Stream } from "node:http2";
import { LIMITS } from "../kernel/limits.ts";
import type { Signal } from "../telemetry/signal.ts";
import { endpointOf } from "./address.ts";

/**
 * Sends one request to a receiver of this machine, as an exporter would. Not by `fetch`, which would send it through
 * the user's proxy.
 */

/** The receiver to send to. */
export type Receiver = {
  readonly host: string;
  readonly port: number;
  /** The token that it asks for; empty for none. */
  readonly token: string;
};

/** How the receiver answered. */
export type Posted = { readonly kind: "taken" } | { readonly kind: "refused"; readonly because: string };

const LOGS_METHOD = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const FRAME_HEAD_BYTES = 5;

/** Over OTLP/HTTP; of logs, unless the body says another signal. */
export function postHttp(
  to: Receiver,
  body: { readonly type: string; readonly bytes: Uint8Array; readonly signal?: Signal },
): Promise<Posted> {
  return new Promise((resolve) => {
    const refuse = (because: string) => resolve({ kind: "refused", because });
    const headers = { "content-type": body.type, "content-length": `${body.bytes.length}`, ...authorization(to) };
    const asked = httpRequest(
      {
        host: to.host,
        port: to.port,
        path: `/v1/${body.signal ?? "logs"}`,
        method: "POST",
        headers,
        timeout: LIMITS.healthWaitMs,
      },
      (answer) => {
        answer.resume();
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve({ kind: "taken" });
          else refuse(`HTTP ${answer.statusCode}`);
        });
        answer.on("error", (error) => refuse(error.message));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer in ${LIMITS.healthWaitMs} ms`)));
    asked.on("error", (error) => refuse(error.message));
    asked.end(body.bytes);
  });
}

/** Over OTLP/gRPC: HTTP/2 without TLS, one message in one frame, the outcome in the trailers. */
export async function postGrpc(to: Receiver, protobuf: Uint8Array): Promise<Posted> {
  const { connect } = await import("node:http2");
  const session = connect(endpointOf(to.host, to.port));
  try {
    return await new Promise((resolve) => {
      const refuse = (because: string) => resolve({ kind: "refused", because });
      session.on("error", (error) => refuse(error.message));
      const call = session.request({
        ":method": "POST",
        ":path": LOGS_METHOD,
        "content-type": "application/grpc",
        te: "trailers",
        ...authorization(to),
      });
      call.setTimeout(LIMITS.healthWaitMs, () => refuse(`no answer in ${LIMITS.healthWaitMs} ms`));
      call.on("error", (error) => refuse(error.message));
      onGrpcStatus(call, (status, message) => {
        if (status === "0") resolve({ kind: "taken" });
        else refuse(`grpc-status ${status ?? "missing"}${message === undefined ? "" : `, ${message}`}`);
      });
      call.end(framed(protobuf));
    });
  } finally {
    session.destroy();
  }
}

function onGrpcStatus(call: ClientHttp2Stream, tell: (status: string | undefined, message?: string) => void): void {
  let status: string | undefined;
  let message: string | undefined;
  // A refusal may be headers only, which are then the trailers as well.
  const take = (headers: Readonly<Record<string, unknown>>) => {
    if (headers["grpc-status"] !== undefined) status = String(headers["grpc-status"]);
    if (headers["grpc-message"] !== undefined) message = String(headers["grpc-message"]);
  };
  call.on("response", take);
  call.on("trailers", take);
  call.on("end", () => tell(status, message));
  call.resume();
}

/** One byte for "not compressed", four for the length, the message. */
function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(FRAME_HEAD_BYTES + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEAD_BYTES);
  return frame;
}

function authorization({ token }: Receiver): Readonly<Record<string, string>> {
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}
