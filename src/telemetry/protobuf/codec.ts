import type { ProtobufCodec } from "../protobuf-codec.ts";
import { cutProtobuf } from "./cut.ts";
import { decodeProtobuf } from "./decode.ts";
import { encodeExportResponse, encodeStatus } from "./encode-response.ts";
import { ProtobufTranscoder } from "./transcode.ts";

/** {@link ProtobufCodec} over protobufjs. */
export const protobufCodec: ProtobufCodec = {
  decode: decodeProtobuf,
  cut: cutProtobuf,
  quickReader: () => new ProtobufTranscoder(),
  exportResponse: encodeExportResponse,
  status: encodeStatus,
};
