import type { ProtobufCodec } from "../telemetry/protobuf-codec.ts";
import type { ExportBody } from "../telemetry/request-reader.ts";
import type { Authorise } from "./bearer.ts";
import type { JudgeBeforeDrop } from "./files/judge-before-drop.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { Outcome, Refusal } from "./outcome.ts";
import type { TryFlock } from "./process/folder-lock.ts";
import type { Health } from "./process/health.ts";

/** One or more ports of a receiver. */
type Drainable = {
  /** Accepts no new connection, answers the requests under way, then closes the ports. */
  drain(): Promise<void>;
};

/** What `http/listen.ts` opens; the ports are those that were free, where 0 was asked for. */
export type HttpListening = Drainable & { readonly httpPort: number; readonly healthPort: number };

/** What `grpc/listen.ts` opens. */
export type GrpcListening = Drainable & { readonly grpcPort: number };

/** All sockets of a receiver. */
export type Listening = HttpListening & GrpcListening;

/** What the HTTP and the gRPC listener need. */
export type ListenOptions = {
  /** A loopback address. */
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly healthPort: number;
  readonly protobuf: ProtobufCodec;
  receive(body: ExportBody): Promise<Outcome>;
  /** Called only when the ports are open. */
  health(): Health;
  /** Whether a request is read, by its `authorization`. */
  readonly authorise: Authorise;
  /** Bounds the bodies that are held, each from before it is read until it is answered. */
  readonly budget: MemoryBudget;
  /**
   * Counts and logs a request that was refused. Called once for each, whichever part refused it.
   *
   * @param request The request and the status of its response, such as "POST /v1/logs: 400".
   */
  onRefused(refusal: Refusal, request: string): void;
  /** A handler threw: a bug of masque. */
  onBug(error: unknown): void;
};

/** The edges of the receiver. Only `audience run` loads them. */
export type AudienceEdge = {
  /** @throws {PortTaken} when another program listens there; so does the next. */
  listenHttp(options: ListenOptions): Promise<HttpListening>;
  listenGrpc(options: ListenOptions): Promise<GrpcListening>;
  readonly protobuf: ProtobufCodec;
  readonly bringIn: JudgeBeforeDrop;
  readonly tryFlock: TryFlock;
};

/** Another program listens on that port. */
export class PortTaken extends Error {
  override readonly name = "PortTaken";
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`Port ${port} is taken`, { cause });
    this.port = port;
  }
}
