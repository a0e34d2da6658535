import { Writer } from "protobufjs/minimal";
import type { PartialSuccess, RpcCode } from "../response.ts";

const VARINT = 0;
const BYTES = 2;
const tag = (field: number, wire: number) => (field << 3) | wire;

const EMPTY = new Uint8Array();

/** An `Export*ServiceResponse`, the same for all signals. It has no bytes when everything was accepted. */
export function encodeExportResponse(partial: PartialSuccess | null): Uint8Array<ArrayBuffer> {
  if (!partial) return EMPTY;
  const writer = Writer.create().uint32(tag(1, BYTES)).fork();
  if (partial.rejected > 0) writer.uint32(tag(1, VARINT)).int64(partial.rejected);
  return new Uint8Array(writer.uint32(tag(2, BYTES)).string(partial.message).ldelim().finish());
}

/** A `google.rpc.Status`, with a `google.rpc.RetryInfo` among its details where sending again may help. */
export function encodeStatus(code: RpcCode, message: string, retryAfterSeconds?: number): Uint8Array<ArrayBuffer> {
  const writer = Writer.create().uint32(tag(1, VARINT)).int32(code);
  writer.uint32(tag(2, BYTES)).string(message);
  if (retryAfterSeconds !== undefined) writeRetryInfo(writer, retryAfterSeconds);
  return new Uint8Array(writer.finish());
}

/** One of `details`: an `Any`, that is a type's name and its bytes, here `RetryInfo { Duration retry_delay = 1 }`. */
function writeRetryInfo(writer: Writer, seconds: number): void {
  writer.uint32(tag(3, BYTES)).fork();
  writer.uint32(tag(1, BYTES)).string("type.googleapis.com/google.rpc.RetryInfo");
  writer.uint32(tag(2, BYTES)).fork();
  writer.uint32(tag(1, BYTES)).fork().uint32(tag(1, VARINT)).int64(seconds).ldelim();
  writer.ldelim().ldelim();
}
