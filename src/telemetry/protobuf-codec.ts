import type { LineMessage } from "./line/line-plan.ts";
import type { PartBounds } from "./line/part-bounds.ts";
import type { QuickReader } from "./line/quick-line.ts";
import type { Decoded, Message } from "./message.ts";
import type { PartialSuccess, RpcCode } from "./response.ts";

/** OTLP in protobuf: what the receiver reads and answers. `protobuf/codec.ts` does it with protobufjs. */
export type ProtobufCodec = {
  /** @throws {DecodeError} when the bytes are not that message, nest too deep, or hold more messages and values of lists. */
  decode(message: Message, bytes: Uint8Array, elementsMax: number): Decoded;
  /** The parts of a long request, each a request by itself. */
  cut(message: LineMessage, bytes: Uint8Array, bounds: PartBounds): Iterable<Uint8Array>;
  /** What reads everyday requests without making objects of them. */
  quickReader(): QuickReader;
  /** An `Export*ServiceResponse`: no bytes where everything was accepted. */
  exportResponse(partial: PartialSuccess | null): Uint8Array<ArrayBuffer>;
  /** A `google.rpc.Status`; with `retryAfterSeconds` it holds a `google.rpc.RetryInfo`. */
  status(code: RpcCode, message: string, retryAfterSeconds?: number): Uint8Array<ArrayBuffer>;
};
