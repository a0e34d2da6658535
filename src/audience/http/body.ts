import { LIMITS } from "../../kernel/limits.ts";
import { gunzipBounded } from "../gunzip.ts";
import type { Held } from "../room.ts";
import type { Refusal } from "./respond.ts";

const NO_ROOM: Refusal = { cause: "overloaded", reason: "too much is being received at once: send again" };

/** The body of a request within its bound, on the wire and again after decompression, or why it was not read. */
export async function readBody(request: Request, held: Held | undefined): Promise<Uint8Array | Refusal> {
  const coding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity" && coding !== "gzip") {
    return { cause: "encoding", reason: `unsupported Content-Encoding "${coding}": send gzip or none` };
  }
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > LIMITS.otlpBodyBytesMax) return tooLarge("body");
  if (!held) return NO_ROOM;
  const bytes = await readWire(request, held);
  return bytes instanceof Uint8Array && coding === "gzip" ? inflate(bytes, held) : bytes;
}

/** A connection is cut so much after its body began to fail the pace, or a little earlier. */
const SLOW_AFTER_MS = (LIMITS.requestIdleSeconds - LIMITS.idleTickSeconds) * 1000;

/**
 * What came on the wire. Bun reads a socket no faster than we do, and cuts off who is too slow; what it throws then does
 * not say whether it was Bun or the client that closed: the time does.
 */
async function readWire(request: Request, held: Held): Promise<Uint8Array | Refusal> {
  const startedMs = performance.now();
  try {
    return await readChunks(request.body, held);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "AbortError") throw error;
    const isSlow = performance.now() - startedMs >= SLOW_AFTER_MS;
    if (!isSlow) return { cause: "aborted", reason: "the connection closed within the body" };
    return { cause: "slow", reason: "the body came too slowly, and the connection was closed" };
  }
}

async function readChunks(body: ReadableStream<Uint8Array> | null, held: Held): Promise<Uint8Array | Refusal> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > LIMITS.otlpBodyBytesMax) return tooLarge("body");
    if (!held.hold(chunk.length)) return NO_ROOM;
    chunks.push(chunk);
  }
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks, length);
}

async function inflate(bytes: Uint8Array, held: Held): Promise<Uint8Array | Refusal> {
  const inflated = await gunzipBounded(bytes, held);
  switch (inflated.kind) {
    case "whole":
      return inflated.bytes;
    case "too-large":
      return tooLarge("decompressed body");
    case "no-room":
      return NO_ROOM;
    case "not-gzip":
      return { cause: "encoding", reason: `the body is not gzip: ${inflated.found}` };
    default:
      throw new TypeError(`No such outcome: ${inflated satisfies never}`);
  }
}

function tooLarge(what: string): Refusal {
  const reason = `the ${what} is longer than ${LIMITS.otlpBodyBytesMax} bytes: send smaller batches`;
  return { cause: "too_large", reason };
}
