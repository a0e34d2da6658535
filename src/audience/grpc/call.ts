import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { LIMITS } from "../../kernel/limits.ts";
import { gunzipBounded } from "../gunzip.ts";
import { watchLarge } from "../large-wait.ts";
import type { ListenOptions } from "../listening.ts";
import type { Reservation } from "../memory-budget.ts";
import { NO_ROOM, type Outcome, type Refusal, refused, tooLarge } from "../outcome.ts";
import { type CallHead, readCallHead } from "./call-head.ts";
import { type GrpcMessage, MessageReading } from "./message-reading.ts";
import { respond, statusText } from "./respond.ts";

/**
 * Answers one call, which is one stream of HTTP/2. The message is read only after the sender, the method and the
 * encoding were checked and there is room for it.
 *
 * @source opentelemetry-proto 1.11.0, docs/specification.md, OTLP/gRPC. Decisions where it is silent: docs/otlp.md.
 */
export async function answerCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: ListenOptions,
): Promise<void> {
  // A caller that leaves resets its stream. The `close` that follows is what is listened to.
  stream.on("error", () => undefined);
  const head = readCallHead(headers, options.authorise);
  const outcome = "cause" in head ? head : await takeInTime(stream, head, options);
  if (outcome.kind === "refused") {
    options.onRefused(outcome, `gRPC ${headers[":path"]}: ${statusText(outcome.cause)}`);
  }
  respond(stream, outcome, options.protobuf);
}

/** The outcome of a call, or TOO_LATE at its deadline. What was read by then may still be written. */
async function takeInTime(stream: ServerHttp2Stream, head: CallHead, options: ListenOptions): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const deadlineMs = Math.min(head.timeoutMs ?? Infinity, LIMITS.grpcCallMsMax);
  const deadline = setTimeout(() => resolve(TOO_LATE), deadlineMs);
  void take(stream, head, options).then(resolve);
  const outcome = await promise;
  clearTimeout(deadline);
  return outcome;
}

/** Holds room for the message until the call has an outcome, whether or not its deadline passes before. */
async function take(stream: ServerHttp2Stream, head: CallHead, options: ListenOptions): Promise<Outcome> {
  using held = options.budget.enter(LIMITS.otlpBodyBytesMax);
  if (!held) return NO_ROOM;
  try {
    const message = await readMessage(stream, head, held);
    if ("cause" in message) return message;
    return await options.receive({ signal: head.signal, encoding: "protobuf", bytes: message.bytes });
  } catch (error) {
    options.onBug(error);
    return { kind: "bug" };
  }
}

const TOO_LATE = refused("slow", "the deadline passed before the receiver could answer");
const CANCELLED = refused("aborted", "the stream was reset within the message");

/** The call's message, decompressed. */
async function readMessage(
  stream: ServerHttp2Stream,
  head: CallHead,
  held: Reservation,
): Promise<GrpcMessage | Refusal> {
  const message = await wholeMessage(stream, held);
  if ("cause" in message || !message.isCompressed) return message;
  if (!head.hasGzip) return refused("malformed", "the message is compressed and no grpc-encoding says how");
  const inflated = await gunzipBounded(message.bytes, held);
  switch (inflated.kind) {
    case "whole":
      return { isCompressed: false, bytes: inflated.bytes };
    case "too-large":
      return tooLarge("decompressed message");
    case "no-room":
      return NO_ROOM;
    case "not-gzip":
      return refused("malformed", `the message is not gzip: ${inflated.found}`);
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
    // The rest is read and dropped. Unread, it would fill the connection's window, which all calls share.
    stream.removeAllListeners("data");
    stream.resume();
    resolve(why);
  };
  stream.on("data", (chunk: Buffer) => {
    const { filled } = reading;
    const found = reading.push(chunk);
    // How long a compressed message becomes is unknown.
    if (filled === 0 && reading.prefix?.isCompressed === false) held.expect(reading.prefix.length);
    if (found === "too-large") leave(tooLarge("message"));
    else if (found === "too-many") leave(refused("malformed", "bytes follow the message: a call has one"));
    else if (!held.hold(reading.filled - filled)) leave(NO_ROOM);
  });
  stream.on("close", () => resolve(CANCELLED));
  // Bun also ends a stream that was reset. Its `close` comes before this callback runs.
  stream.on("end", () => setImmediate(() => resolve(reading.message() ?? ENDED_EARLY)));
  return promise.finally(unwatch);
}

const ENDED_EARLY = refused("malformed", "the stream ended before its message did");
