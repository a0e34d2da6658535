import type { Kind } from "./message.ts";

/** Wire types of protobuf. @source https://protobuf.dev/programming-guides/encoding */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes of OTLP's ids. */
export const ID_BYTES = { traceId: 16, spanId: 8 } as const;

/** The wire type of one value of a kind. */
export function wireOf(kind: Kind): number {
  switch (kind) {
    case "fixed64":
    case "sfixed64":
    case "double":
      return WIRE.fixed64;
    case "fixed32":
      return WIRE.fixed32;
    case "string":
    case "bytes":
    case "traceId":
    case "spanId":
    case "message":
      return WIRE.bytes;
    default:
      return WIRE.varint;
  }
}
