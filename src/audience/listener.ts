import type { ProtobufCodec } from "../telemetry/protobuf-codec.ts";
import type { Health } from "./health.ts";
import type { ExportBody, Received } from "./receive.ts";

/** The sockets of a receiver, and what answers on them. `http/listen.ts` opens them. */
export type Listening = {
  /** The ports that were free, where 0 was asked for. */
  readonly httpPort: number;
  readonly healthPort: number;
  /** Takes no new connection, answers what was asked, then lets go of the ports. */
  drain(): Promise<void>;
};

/** What a listener needs to know and to call. */
export type ListenOptions = {
  /** A loopback address. */
  readonly host: string;
  readonly httpPort: number;
  readonly healthPort: number;
  readonly protobuf: ProtobufCodec;
  receive(body: ExportBody): Promise<Received>;
  /** The ports are asked for only once they are open. */
  health(): Health;
  /** A request refused before it was read, with why. */
  onRefused(reason: string): void;
  /** A handler threw: a bug of ours. */
  onBug(error: Error): void;
};

/** The technology that the receiver runs on: opened by `audience run` and by nothing else. */
export type AudienceEdge = {
  /** @throws {PortTaken} when another program listens there. */
  listen(options: ListenOptions): Listening;
  readonly protobuf: ProtobufCodec;
};

/** A port that could not be listened on because somebody does. */
export class PortTaken extends Error {
  override readonly name = "PortTaken";
  readonly port: number;

  constructor(port: number, cause: unknown) {
    super(`Port ${port} is taken`, { cause });
    this.port = port;
  }
}
