import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from "node:http2";
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import type { Signal } from "../../src/telemetry/signal.ts";

/**
 * Two ways to call a receiver over gRPC: by the library that JavaScript exporters send with, and by hand over HTTP/2 for
 * all that no library would send.
 */

/** The `Export` of each signal's service. */
export const EXPORT_PATHS: Readonly<Record<Signal, string>> = {
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
  metrics: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
};

/** What a library's call came to: `code` 0 with the response's bytes, or another and why. */
export type Called = {
  readonly code: number;
  readonly message: string;
  readonly response: Buffer;
  readonly metadata: Metadata | undefined;
};

/** An exporter's client: one connection, over which calls may overlap. */
export type GrpcClient = {
  export(signal: Signal, body: Uint8Array, timeoutMs?: number): Promise<Called>;
  [Symbol.dispose](): void;
};

/** Connects one: `using client = grpcClient(port);` */
export function grpcClient(port: number, options: { gzip?: boolean; metadata?: Metadata } = {}): GrpcClient {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.default_compression_algorithm": options.gzip ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    // Otherwise clients of one process share connections by address, also that of a receiver that is gone.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.max_send_message_length": -1,
  });
  const asIs = (bytes: Buffer) => bytes;
  return {
    export: (signal, body, timeoutMs = 10_000) =>
      new Promise((resolve) => {
        const settle = (error: ServiceError | null, response?: Buffer) =>
          resolve({
            code: error?.code ?? status.OK,
            message: error?.details ?? "",
            response: response ?? Buffer.alloc(0),
            metadata: error?.metadata,
          });
        const call = { deadline: Date.now() + timeoutMs };
        const bytes = Buffer.from(body);
        const metadata = options.metadata ?? new Metadata();
        client.makeUnaryRequest(EXPORT_PATHS[signal], asIs, asIs, bytes, metadata, call, settle);
      }),
    [Symbol.dispose]: () => client.close(),
  };
}

/** A message with its prefix. */
export function framed(message: Uint8Array, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** What a stream was answered with. */
export type RawAnswer = {
  /** The HTTP status; `undefined` when the stream was reset without an answer. */
  readonly http: number | undefined;
  /** From the trailers, or from headers without any. */
  readonly status: number | undefined;
  readonly message: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The code that the stream was closed with: 0 when all was well. */
  readonly reset: number;
};

/** A connection on which streams are written byte for byte. */
export type RawConnection = {
  readonly session: ClientHttp2Session;
  /** Sends headers and chunks, each as a write of its own; ends the stream unless told to leave it open. */
  call(given: RawCall): Promise<RawAnswer>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A stream to send. What is not given is what a correct logs call has. */
export type RawCall = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly Uint8Array[];
  readonly staysOpen?: boolean;
  /** Aborted to reset the stream from the caller's side. */
  readonly signal?: AbortSignal;
};

/** Opens one: `await using connection = rawConnection(port);` */
export function rawConnection(port: number): RawConnection {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => undefined);
  return {
    session,
    call: (given) => rawCall(session, given),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        if (session.closed || session.destroyed) return resolve();
        session.once("close", () => resolve());
        session.destroy();
      }),
  };
}

function rawCall(session: ClientHttp2Session, given: RawCall): Promise<RawAnswer> {
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const stream = session.request({
    ":method": "POST",
    ":path": EXPORT_PATHS.logs,
    "content-type": "application/grpc",
    te: "trailers",
    ...given.headers,
  });
  const body: Buffer[] = [];
  let [headers, trailers]: [IncomingHttpHeaders, IncomingHttpHeaders] = [{}, {}];
  stream.on("response", (answered) => {
    headers = answered;
  });
  stream.on("trailers", (ended) => {
    trailers = ended;
  });
  stream.on("data", (chunk: Buffer) => body.push(chunk));
  stream.on("error", () => undefined);
  stream.on("close", () => {
    const code = trailers["grpc-status"] ?? headers["grpc-status"];
    resolve({
      http: headers[":status"] === undefined ? undefined : Number(headers[":status"]),
      status: code === undefined ? undefined : Number(code),
      message: decodeURIComponent(String(trailers["grpc-message"] ?? headers["grpc-message"] ?? "")),
      headers,
      body: Buffer.concat(body),
      reset: stream.rstCode ?? 0,
    });
  });
  given.signal?.addEventListener("abort", () => stream.close(constants.NGHTTP2_CANCEL));
  void writeAll(stream, given);
  return promise;
}

async function writeAll(stream: NodeJS.WritableStream, { chunks = [], staysOpen = false }: RawCall): Promise<void> {
  for (const chunk of chunks) {
    // Each write waits for the one before, so that it becomes a frame of its own.
    await new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
  }
  if (!staysOpen) stream.end();
}
