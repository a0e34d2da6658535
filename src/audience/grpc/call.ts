import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { LIMITS } from "../../kernel/limits.ts";
import { gunzipBounded } from "../gunzip.ts";
import { watchLarge } from "../large-wait.ts";
import type { ListenOptions } from "../listening.ts";
import type { Reservation } from "../memory-budget.ts";
import type { Received } from "../receive.ts";
import { NO_ROOM, type Refusal, tooLarge } from "../refusal.ts";
import { type CallHead, readCallHead } from "./call-head.ts";
import { type GrpcMessage, MessageReading } from "./message-reading.ts";
import { answerBug, answerMessage, answerRefusal, statusText } from "./respond.ts";

/**
 * Answers one call: a stream of HTTP/2. Nothing of a message is read before its sender, method and encoding have been
 * looked at and there is room for it.
 *
 * @source opentelemetry-proto 1.11.0, docs/specification.md, OTLP/gRPC. Decisions where it is silent: docs/otlp.md.
 */
export async function answerCall(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, options: ListenOptions) {
  // A caller that leaves resets its stream; `close` follows, which is what is listened to.
  stream.on("error", () => undefined);
  const refuse = (why: Refusal) => {
    // What was too late has been told so already, and counted.
    if (stream.headersSent) return;
    options.onRefused(why.cause, `gRPC ${headers[":path"]}: ${statusText(why.cause)}, ${why.reason}`);
    answerRefusal(stream, why, options.protobuf);
  };
  const head = readCallHead(headers, options.authorise);
  if ("cause" in head) return refuse(head);
  using held = options.room.enter(undefined);
  if (!held) return refuse(NO_ROOM);
  const deadline = setTimeout(() => refuse(TOO_LATE), Math.min(head.timeoutMs ?? Infinity, LIMITS.grpcCallMsMax));
  try {
    const message = await readMessage(stream, head, held);
    if ("cause" in message) return refuse(message);
    const received = await options.receive({ signal: head.signal, encoding: "protobuf", bytes: message.bytes });
    if (received.kind === "accepted") answerMessage(stream, options.protobuf.exportResponse(received.partial));
    else answerRefusal(stream, refusalOf(received), options.protobuf);
  } catch (error) {
    options.onBug(error instanceof Error ? error : new Error(String(error)));
    answerBug(stream);
  } finally {
    clearTimeout(deadline);
  }
}

const TOO_LATE: Refusal = { cause: "slow", reason: "the deadline passed before it was answered" };
const CANCELLED: Refusal = { cause: "aborted", reason: "the stream was reset within the message" };

/** The call's message, decompressed. */
async function readMessage(
  stream: ServerHttp2Stream,
  head: CallHead,
  held: Reservation,
): Promise<GrpcMessage | Refusal> {
  const message = await wholeMessage(stream, held);
  if ("cause" in message || !message.isCompressed) return message;
  if (!head.hasGzip) return { cause: "malformed", reason: "the message is compressed and no grpc-encoding says how" };
  const inflated = await gunzipBounded(message.bytes, held);
  switch (inflated.kind) {
    case "whole":
      return { isCompressed: false, bytes: inflated.bytes };
    case "too-large":
      return tooLarge("decompressed message");
    case "no-room":
      return NO_ROOM;
    case "not-gzip":
      return { cause: "malformed", reason: `the message is not gzip: ${inflated.found}` };
    default:
      throw new TypeError(`No such outcome: ${inflated satisfies never}`);
  }
}

/** The message as it is on the wire, once its sender has ended. */
async function wholeMessage(stream: ServerHttp2Stream, held: Reservation): Promise<GrpcMessage | Refusal> {
  const reading = new MessageReading();
  const { promise, resolve } = Promise.withResolvers<GrpcMessage | Refusal>();
  const unwatch = watchLarge(held, () => leave(TOO_LATE));
  const leave = (why: Refusal) => {
    // What is still on its way is read and dropped: unread, it would hold the connection's window, which all calls share.
    stream.removeAllListeners("data");
    stream.resume();
    resolve(why);
  };
  stream.on("data", (chunk: Buffer) => {
    const { prefix, filled } = reading;
    const found = reading.push(chunk);
    if (found === "too-large") leave(tooLarge("message"));
    else if (found === "too-many") leave({ cause: "malformed", reason: "bytes follow the message: a call has one" });
    else if (!prefix && !announce(reading.prefix, held)) leave(NO_ROOM);
    else if (!held.hold(reading.filled - filled)) leave(NO_ROOM);
  });
  stream.on("close", () => resolve(CANCELLED));
  // Bun ends a stream that was reset, too, and says only then that it was: its `close` comes before this looks.
  stream.on("end", () => setImmediate(() => resolve(reading.message() ?? ENDED_EARLY)));
  return promise.finally(unwatch);
}

/** Room for the message that a prefix announces. How long a compressed one becomes nobody knows. */
function announce(prefix: MessageReading["prefix"], held: Reservation): boolean {
  return !prefix || prefix.isCompressed || held.announce(prefix.length);
}

const ENDED_EARLY: Refusal = { cause: "malformed", reason: "the stream ended before its message did" };

function refusalOf(received: Exclude<Received, { kind: "accepted" }>): Refusal {
  return { cause: received.kind === "refused" ? "malformed" : received.kind, reason: received.reason };
}
