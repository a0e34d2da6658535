import { type Clock, unixMs } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { DecodeError, REQUESTS } from "../telemetry/message.ts";
import type { ExportBody, ReadRequest, RequestReader } from "../telemetry/request-reader.ts";
import type { PartialSuccess } from "../telemetry/response.ts";
import type { Signal } from "../telemetry/signal.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { RefusalCause } from "./refusal.ts";
import type { Tally } from "./tally.ts";

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

/** Where a signal's lines go, whole and with their newlines. */
export type Append = (lines: Uint8Array) => Promise<void>;

/** What receiving needs. */
export type Receiving = {
  readonly append: Readonly<Record<Signal, Append>>;
  readonly reader: RequestReader;
  readonly tally: Tally;
  readonly clock: Clock;
  /** Lines that wait for the disk, in bytes. */
  readonly queue: MemoryBudget;
  /** Told of each request that was not taken, but for those that could not be written: the files tell of these. */
  onRefused(cause: RefusalCause, reason: string): void;
};

/** Decodes one request, writes its line and answers when that is on disk: the one handler of every transport. */
export async function receive(receiving: Receiving, body: ExportBody): Promise<Received> {
  const request = await read(receiving.reader, body);
  if (request instanceof DecodeError) {
    receiving.onRefused("malformed", `${body.signal} as ${body.encoding}: ${request.message}`);
    return { kind: "refused", reason: request.message };
  }
  const { lines } = request;
  // Taken now, so that the body itself need not stay in memory while its line waits for the disk.
  const { signal } = body;
  const bytes = body.bytes.length;
  using queued = receiving.queue.enter(lines.length);
  if (!queued?.hold(lines.length)) {
    const reason = "more waits to be written than there is room for: send again";
    receiving.onRefused("overloaded", `${signal}: ${reason}`);
    return { kind: "overloaded", reason };
  }
  try {
    if (lines.length > 0) await receiving.append[signal](lines);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    receiving.tally.refused("unavailable");
    return { kind: "unavailable", reason: error.message };
  }
  receiving.tally.accepted(signal, request, { bytes, unixMs: unixMs(receiving.clock.nowUnixNano()) });
  return { kind: "accepted", partial: partialOf(signal, request) };
}

async function read(reader: RequestReader, body: ExportBody): Promise<ReadRequest | DecodeError> {
  try {
    return await reader.read(body);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
}

function partialOf(signal: Signal, request: ReadRequest): PartialSuccess | null {
  const { recordsTooLong, valuesDropped, isRecognised } = request;
  const said: string[] = [];
  if (recordsTooLong > 0) said.push(`records longer than ${LIMITS.otlpLineBytesMax} bytes: ${recordsTooLong}`);
  if (valuesDropped > 0) said.push(`values left out, for they are not of their kind: ${valuesDropped}`);
  if (!isRecognised) said.push(`nothing in it is known to ${REQUESTS[signal].name}: is the path right?`);
  return said.length === 0 ? null : { rejected: recordsTooLong, message: said.join("; ") };
}
