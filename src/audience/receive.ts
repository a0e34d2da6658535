import { type Clock, unixMs } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { decodeJson } from "../telemetry/json/decode.ts";
import { linesOf } from "../telemetry/line.ts";
import { type Decoded, DecodeError, REQUESTS } from "../telemetry/message.ts";
import type { Signal } from "../telemetry/otlp.ts";
import type { ProtobufCodec } from "../telemetry/protobuf-codec.ts";
import type { Encoding, PartialSuccess } from "../telemetry/response.ts";
import type { RefusalCause } from "./refusal-cause.ts";
import type { Room } from "./room.ts";
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
  | { readonly kind: "unavailable"; readonly reason: string }
  /** There is no room for it now; sending it again after `LIMITS.retryAfterSeconds` will help. */
  | { readonly kind: "overloaded"; readonly reason: string };

/** Where a signal's lines go. */
export type Append = (lines: readonly string[]) => Promise<void>;

/** What receiving needs. */
export type Receiving = {
  readonly append: Readonly<Record<Signal, Append>>;
  readonly protobuf: ProtobufCodec;
  readonly tally: Tally;
  readonly clock: Clock;
  /** Lines that wait for the disk, in characters. */
  readonly queue: Room;
  /** Told of each request that was not taken, but for those that could not be written: the files tell of these. */
  onRefused(cause: RefusalCause, reason: string): void;
};

/** Decodes one request, writes its line and answers when that is on disk: the one handler of every transport. */
export async function receive(receiving: Receiving, body: ExportBody): Promise<Received> {
  const decoded = decode(receiving.protobuf, body);
  if (decoded instanceof DecodeError) {
    receiving.onRefused("malformed", `${body.signal} as ${body.encoding}: ${decoded.message}`);
    return { kind: "refused", reason: decoded.message };
  }
  const { lines, records, recordsTooLong } = linesOf(body.signal, decoded.request);
  const chars = lines.reduce((sum, line) => sum + line.length, 0);
  using queued = receiving.queue.enter(chars);
  if (!queued?.hold(chars)) {
    const reason = "more waits to be written than there is room for: send again";
    receiving.onRefused("overloaded", `${body.signal}: ${reason}`);
    return { kind: "overloaded", reason };
  }
  try {
    if (lines.length > 0) await receiving.append[body.signal](lines);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    receiving.tally.refused("unavailable");
    return { kind: "unavailable", reason: error.message };
  }
  const accepted = { records, bytes: body.bytes.length, unixMs: unixMs(receiving.clock.nowUnixNano()) };
  receiving.tally.accepted(body.signal, decoded.request, accepted);
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
