import type { IncomingMessage } from "node:http";
import { LIMITS } from "../../kernel/limits.ts";
import { BodyBuffer, type Overflow } from "../body-buffer.ts";
import { Gunzip, type Gunzipped } from "../gunzip.ts";
import { watchLarge } from "../large-wait.ts";
import type { Reservation } from "../memory-budget.ts";
import { NO_ROOM, type Refusal, refused, tooLarge } from "../outcome.ts";

/** Reads the body of a request within its limit, before and after decompression, or returns why it was not read. */
export async function readBody(request: IncomingMessage, held: Reservation | undefined): Promise<Uint8Array | Refusal> {
  const coding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity" && coding !== "gzip") {
    return refused("encoding", `unsupported Content-Encoding "${coding}": send gzip or none`);
  }
  const declared = request.headers["content-length"];
  if (declared !== undefined && Number(declared) > LIMITS.otlpBodyBytesMax) return tooLarge("body");
  if (!held) return NO_ROOM;
  if (coding === "gzip") return inflate(request, held);
  const length = Number(declared ?? 0);
  return length > LIMITS.requestSmallBytesMax ? whole(request, length, held) : gather(request, held);
}

/** Reads a long body of known length into one piece of memory. Put together from chunks it would take twice as much. */
async function whole(request: IncomingMessage, length: number, held: Reservation): Promise<Uint8Array | Refusal> {
  if (!held.hold(length)) return NO_ROOM;
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  const left = await eachChunk(request, held, (chunk) => {
    filled += chunk.copy(bytes, filled);
    return undefined;
  });
  return left ?? bytes.subarray(0, filled);
}

async function gather(request: IncomingMessage, held: Reservation): Promise<Uint8Array | Refusal> {
  const body = new BodyBuffer(held);
  const left = await eachChunk(request, held, (chunk) => refusalOf(body.push(chunk)));
  return left ?? body.bytes();
}

async function inflate(request: IncomingMessage, held: Reservation): Promise<Uint8Array | Refusal> {
  const gunzip = new Gunzip(held);
  let length = 0;
  try {
    const left = await eachChunk(request, held, async (chunk) => {
      length += chunk.length;
      return length > LIMITS.otlpBodyBytesMax ? tooLarge("body") : outcomeOf(await gunzip.push(chunk));
    });
    return left ?? outcomeOf(await gunzip.end()) ?? CLOSED;
  } finally {
    gunzip.leave();
  }
}

type Taken = Uint8Array | Refusal | undefined;

/**
 * Gives each chunk to `take`, the next one when that is done, until `take` returns something, the body ends (`undefined`) or the
 * client is gone or too slow.
 */
function eachChunk(
  request: IncomingMessage,
  held: Reservation,
  take: (chunk: Buffer) => Taken | Promise<Taken>,
): Promise<Taken> {
  return new Promise((resolve, reject) => {
    let came = 0;
    let taking: Promise<void> | undefined;
    const tooSlow = () => leave(TOO_SLOW);
    const unwatch = watchLarge(held, tooSlow, (elapsedMs) => {
      if (elapsedMs >= LIMITS.requestBodyWaitMs || isBehindPace(elapsedMs, came)) tooSlow();
    });
    const leave = (outcome: Taken) => {
      unwatch();
      request.off("data", onData);
      request.socket.off("close", onClosed);
      request.resume();
      resolve(outcome);
    };
    const onClosed = () => {
      if (!request.complete) leave(CLOSED);
    };
    const onData = (chunk: Buffer) => {
      came += chunk.length;
      const taken = take(chunk);
      if (!(taken instanceof Promise)) {
        if (taken) leave(taken);
        return;
      }
      request.pause();
      taking = taken.then((outcome) => {
        if (outcome) leave(outcome);
        else request.resume();
      });
      taking.catch(reject);
    };
    request.on("data", onData);
    request.once("end", () => void (taking ?? Promise.resolve()).then(() => leave(undefined)));
    for (const name of ["error", "aborted"]) request.once(name, onClosed);
    request.socket.once("close", onClosed);
  });
}

/** Checked every ten seconds, not every second: a machine may be busy for a few. */
function isBehindPace(elapsedMs: number, bytes: number): boolean {
  const isTime = elapsedMs % (LIMITS.requestIdleSeconds * 1_000) === 0;
  return isTime && bytes < (LIMITS.requestBytesPerSecondMin * elapsedMs) / 1_000;
}

function refusalOf(overflow: Overflow | undefined): Refusal | undefined {
  if (overflow === undefined) return undefined;
  return overflow === "no-room" ? NO_ROOM : tooLarge("body");
}

function outcomeOf(outcome: Gunzipped | undefined): Taken {
  switch (outcome?.kind) {
    case undefined:
      return undefined;
    case "whole":
      return outcome.bytes;
    case "too-large":
      return tooLarge("decompressed body");
    case "no-room":
      return NO_ROOM;
    case "not-gzip":
      return refused("encoding", `the body is not gzip: ${outcome.found}`);
    default:
      throw new TypeError(`No such outcome: ${outcome satisfies never}`);
  }
}

const TOO_SLOW = refused("slow", "the body came too slowly, and the connection was closed");
const CLOSED = refused("aborted", "the connection closed within the body");
