import { LIMITS } from "../../kernel/limits.ts";

/**
 * The one message of a unary call, put together from DATA frames, which cut it anywhere: a byte says whether it is
 * compressed, four how long it is, big-endian. Memory follows what has come and not what was announced, and a sender
 * of tiny frames costs their bytes and not an object each.
 *
 * @source grpc, doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message.
 */

const PREFIX_BYTES = 5;
/** The room that a message gets when its first piece has come; it grows by doubling. */
const FIRST_ROOM_BYTES = 256 * 1024;

/** A message as it came. */
export type Message = { readonly isCompressed: boolean; readonly bytes: Uint8Array };

/** Takes the chunks of one call. */
export class MessageReading {
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixLength = 0;
  #length = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #filled = 0;

  /** Takes the next chunk; `too-large` as soon as that is announced, `too-many` when bytes follow the message. */
  push(chunk: Buffer): "taken" | "too-large" | "too-many" {
    const rest = this.#prefixLength < PREFIX_BYTES ? this.#takePrefix(chunk) : chunk;
    if (this.#length > LIMITS.otlpBodyBytesMax) return "too-large";
    const filled = this.#filled + rest.length;
    if (filled > this.#length) return "too-many";
    if (this.#filled === 0 && filled === this.#length) this.#bytes = rest;
    else this.#append(rest, filled);
    this.#filled = filled;
    return "taken";
  }

  /** The message, if all of it has come. */
  message(): Message | undefined {
    if (this.#prefixLength < PREFIX_BYTES || this.#filled < this.#length) return undefined;
    return { isCompressed: this.#prefix[0] !== 0, bytes: this.#bytes.subarray(0, this.#length) };
  }

  #takePrefix(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.#prefix, this.#prefixLength);
    this.#prefixLength += taken;
    if (this.#prefixLength === PREFIX_BYTES) this.#length = this.#prefix.readUInt32BE(1);
    return chunk.subarray(taken);
  }

  #append(chunk: Buffer, filled: number): void {
    if (filled > this.#bytes.length) {
      const room = Math.min(this.#length, Math.max(FIRST_ROOM_BYTES, filled, this.#bytes.length * 2));
      const grown = Buffer.allocUnsafe(room);
      this.#bytes.copy(grown, 0, 0, this.#filled);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#filled);
  }
}
