import type { ProtobufCodec } from "../protobuf-codec.ts";
import { decodeProtobuf } from "./decode.ts";
import { encodeExportResponse, encodeStatus } from "./encode-response.ts";

/** {@link ProtobufCodec} over protobufjs. */
export const protobufCodec: ProtobufCodec = {
  decode: decodeProtobuf,
  exportResponse: encodeExportResponse,
  status: encodeStatus,
};
