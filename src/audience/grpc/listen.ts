import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { type GrpcListening, type ListenOptions, PortTaken } from "../listening.ts";
import { answerCall } from "./call.ts";

/** Opens the OTLP/gRPC port: HTTP/2 with prior knowledge, without TLS, on one loopback address. */
export async function listenGrpc(options: ListenOptions): Promise<GrpcListening> {
  const server = createServer({
    settings: {
      enablePush: false,
      maxConcurrentStreams: LIMITS.grpcStreamsMax,
      maxHeaderListSize: LIMITS.grpcHeaderBytesMax,
      initialWindowSize: LIMITS.grpcWindowBytes,
    },
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    // The connection broke, or the client does not speak HTTP/2: no answer would arrive.
    session.on("error", () => session.destroy());
    session.setTimeout(LIMITS.requestIdleSeconds * 1000, () => session.close());
    // A client that has made a call is an exporter, which keeps its connection between exports.
    session.once("stream", () => session.setTimeout(LIMITS.grpcIdleMsMax));
  });
  server.on("stream", (stream, headers) => {
    answerCall(stream as ServerHttp2Stream, headers, options).catch((error: unknown) => options.onBug(error));
  });
  const grpcPort = await opened(server, options);
  return { grpcPort, drain: () => drain(server, sessions) };
}

function opened(server: Http2Server, { host, grpcPort }: ListenOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(errnoOf(error) === "EADDRINUSE" ? new PortTaken(grpcPort, error) : error);
    });
    server.listen({ host, port: grpcPort }, () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new TypeError("A TCP server has an address");
      resolve(address.port);
    });
  });
}

/** Sends GOAWAY on every connection; each closes with its last call, or is cut off at the bound. */
async function drain(server: Http2Server, sessions: ReadonlySet<ServerHttp2Session>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.close();
  const cutOff = setTimeout(() => {
    for (const session of sessions) session.destroy();
  }, LIMITS.drainMsMax);
  await closed;
  clearTimeout(cutOff);
}
