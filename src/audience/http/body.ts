import { LIMITS } from "../../kernel/limits.ts";
import { Gathering } from "../gathering.ts";
import { Gunzip, type Gunzipped } from "../gunzip.ts";
import { NO_ROOM, type Refusal, tooLarge } from "../refusal.ts";
import type { Held } from "../room.ts";

/** The body of a request within its bound, on the wire and again after decompression, or why it was not read. */
export async function readBody(request: Request, held: Held | undefined): Promise<Uint8Array | Refusal> {
  const coding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity" && coding !== "gzip") {
    return { cause: "encoding", reason: `unsupported Content-Encoding "${coding}": send gzip or none` };
  }
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > LIMITS.otlpBodyBytesMax) return tooLarge("body");
  if (!held) return NO_ROOM;
  const startedMs = performance.now();
  const late = Promise.withResolvers<Refusal>();
  const deadline = setTimeout(() => late.resolve(TOO_SLOW), LIMITS.requestBodyWaitMs);
  try {
    return await Promise.race([late.promise, read(request, coding === "gzip", held)]);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    return closedWithin(performance.now() - startedMs);
  } finally {
    clearTimeout(deadline);
  }
}

function read(request: Request, isGzip: boolean, held: Held): Promise<Uint8Array | Refusal> {
  if (isGzip) return inflate(request.body, held);
  const length = Number(request.headers.get("content-length"));
  return length > LIMITS.requestSmallBytesMax ? whole(request, length, held) : gather(request.body, held);
}

/** A long body of known length, in one piece from the beginning: put together from chunks it would take twice as much. */
async function whole(request: Request, length: number, held: Held): Promise<Uint8Array | Refusal> {
  return held.hold(length) ? request.bytes() : NO_ROOM;
}

type Chunks = ReadableStream<Uint8Array> | null;

async function gather(chunks: Chunks, held: Held): Promise<Uint8Array | Refusal> {
  const body = new Gathering(held);
  for await (const chunk of chunks ?? []) {
    const overflow = body.push(chunk);
    if (overflow) return overflow === "no-room" ? NO_ROOM : tooLarge("body");
  }
  return body.bytes();
}

async function inflate(chunks: Chunks, held: Held): Promise<Uint8Array | Refusal> {
  const gunzip = new Gunzip(held);
  let length = 0;
  try {
    for await (const chunk of chunks ?? []) {
      length += chunk.length;
      if (length > LIMITS.otlpBodyBytesMax) return tooLarge("body");
      const outcome = await gunzip.push(chunk);
      if (outcome) return answerOf(outcome);
    }
    return answerOf(await gunzip.end());
  } finally {
    gunzip.leave();
  }
}

function answerOf(outcome: Gunzipped): Uint8Array | Refusal {
  switch (outcome.kind) {
    case "whole":
      return outcome.bytes;
    case "too-large":
      return tooLarge("decompressed body");
    case "no-room":
      return NO_ROOM;
    case "not-gzip":
      return { cause: "encoding", reason: `the body is not gzip: ${outcome.found}` };
    default:
      throw new TypeError(`No such outcome: ${outcome satisfies never}`);
  }
}

const TOO_SLOW: Refusal = { cause: "slow", reason: "the body came too slowly, and the connection was closed" };

/** Bun cuts off whose pace is too slow, and does not say whether that or the client closed a connection: the time does. */
function closedWithin(elapsedMs: number): Refusal {
  const slowAfterMs = (LIMITS.requestIdleSeconds - LIMITS.idleTickSeconds) * 1000;
  if (elapsedMs < slowAfterMs) return { cause: "aborted", reason: "the connection closed within the body" };
  return TOO_SLOW;
}
