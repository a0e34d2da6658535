import { type Clock, unixMs } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { decodeJson } from "../telemetry/json/decode.ts";
import { linesOf } from "../telemetry/line.ts";
import { type Decoded, DecodeError, REQUESTS } from "../telemetry/message.ts";
import type { Signal } from "../telemetry/otlp.ts";
import type { ProtobufCodec } from "../telemetry/protobuf-codec.ts";
import type { Encoding, PartialSuccess } from "../telemetry/response.ts";
import type { Tally } from "./tally.ts";

/** One export request, decompressed, whatever transport brought it. */
export type ExportBody = { readonly signal: Signal; readonly encoding: Encoding; readonly bytes: Uint8Array };

/** What became of it. A transport turns this into its own status. */
export type Received =
  /** Its records are on disk, or it held none. */
  | { readonly kind: "accepted"; readonly partial: PartialSuccess | null }
  /** It is not a request; sending it again will not help. */
  | { readonly kind: "refused"; readonly reason: string }
  /** It could not be written; sending it again may help. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** Where a signal's lines go. */
export type Append = (lines: readonly string[]) => Promise<void>;

/** What receiving needs. */
export type Receiving = {
  readonly append: Readonly<Record<Signal, Append>>;
  readonly protobuf: ProtobufCodec;
  readonly tally: Tally;
  readonly clock: Clock;
};

/** Decodes one request, writes its line and answers when that is on disk: the one handler of every transport. */
export async function receive(receiving: Receiving, body: ExportBody): Promise<Received> {
  const decoded = decode(receiving.protobuf, body);
  if (decoded instanceof DecodeError) {
    receiving.tally.refused();
    return { kind: "refused", reason: decoded.message };
  }
  const { lines, records, recordsTooLong } = linesOf(body.signal, decoded.request);
  try {
    if (lines.length > 0) await receiving.append[body.signal](lines);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    receiving.tally.unavailable();
    return { kind: "unavailable", reason: error.message };
  }
  receiving.tally.accepted(body.signal, decoded.request, records, unixMs(receiving.clock.nowUnixNano()));
  receiving.tally.leftOut(recordsTooLong, decoded.valuesDropped);
  return { kind: "accepted", partial: partialOf(body.signal, decoded, recordsTooLong) };
}

function decode(protobuf: ProtobufCodec, { signal, encoding, bytes }: ExportBody): Decoded | DecodeError {
  try {
    return encoding === "json" ? decodeJson(REQUESTS[signal], bytes) : protobuf.decode(REQUESTS[signal], bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

function partialOf(signal: Signal, decoded: Decoded, recordsTooLong: number): PartialSuccess | null {
  const said: string[] = [];
  if (recordsTooLong > 0) said.push(`records longer than ${LIMITS.otlpLineBytesMax} bytes: ${recordsTooLong}`);
  if (decoded.valuesDropped > 0) said.push(`values left out, for they are not of their kind: ${decoded.valuesDropped}`);
  if (!decoded.isRecognised) said.push(`nothing in it is known to ${REQUESTS[signal].name}: is the path right?`);
  return said.length === 0 ? null : { rejected: recordsTooLong, message: said.join("; ") };
}
