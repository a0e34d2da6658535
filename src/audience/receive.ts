import { type Clock, unixMs } from "../kernel/clock.ts";
import { MasqueError } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import { DecodeError, REQUESTS } from "../telemetry/message.ts";
import type { ExportBody, ReadRequest, RequestReader } from "../telemetry/request-reader.ts";
import type { PartialSuccess } from "../telemetry/response.ts";
import type { Signal } from "../telemetry/signal.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { type Outcome, refused } from "./outcome.ts";
import type { Tally } from "./tally.ts";

/** Appends whole lines, with their newlines, to a signal's file. */
export type Append = (lines: Uint8Array) => Promise<void>;

/** What receiving needs. */
export type Receiving = {
  readonly append: Readonly<Record<Signal, Append>>;
  readonly reader: RequestReader;
  readonly tally: Tally;
  readonly clock: Clock;
  /** Lines that wait for the disk, in bytes. */
  readonly queue: MemoryBudget;
};

/**
 * Decodes one request, writes its lines and returns when they are on disk. HTTP and gRPC both call it. An accepted
 * request is counted here; a refusal is counted by the caller, which knows all of them.
 */
export async function receive(receiving: Receiving, body: ExportBody): Promise<Outcome> {
  const request = await read(receiving.reader, body);
  if (request instanceof DecodeError) return refused("malformed", request.message);
  const { lines } = request;
  // Read now, so that the body need not stay in memory while its lines wait for the disk.
  const { signal } = body;
  const bytes = body.bytes.length;
  using queued = receiving.queue.enter(lines.length);
  if (!queued?.hold(lines.length)) return QUEUE_FULL;
  try {
    if (lines.length > 0) await receiving.append[signal](lines);
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    return refused("unavailable", error.message);
  }
  receiving.tally.accepted(signal, request, { bytes, unixMs: unixMs(receiving.clock.nowUnixNano()) });
  return { kind: "accepted", signal, partial: partialOf(signal, request) };
}

const QUEUE_FULL = refused("overloaded", "more waits to be written than there is room for: send again");

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
