import { LIMITS } from "../../kernel/limits.ts";

/**
 * The one message of a unary call, put together from DATA frames, which can begin and end anywhere. One byte says whether it
 * is compressed, four say how long it is, big-endian. Memory grows with the bytes that came, not with the length that was
 * announced. Frames are copied into blocks, so tiny frames do not cost an object each.
 *
 * @source grpc, doc/PROTOCOL-HTTP2.md, Length-Prefixed-Message.
 */

const PREFIX_BYTES = 5;
/** A batch of a hundred records fits one block; so does all that a sender may have under way. */
const BLOCK_BYTES = 256 * 1024;

/** A message as it came. */
export type GrpcMessage = { readonly isCompressed: boolean; readonly bytes: Uint8Array };

/** Takes the chunks of one call. */
export class MessageReading {
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixLength = 0;
  #length = 0;
  #filled = 0;
  readonly #blocks: Buffer[] = [];
  /** Where the last block's free part begins. */
  #blockFilled = 0;

  /** Takes the next chunk; `too-large` as soon as that is announced, `too-many` when bytes follow the message. */
  push(chunk: Buffer): "taken" | "too-large" | "too-many" {
    const rest = this.#prefixLength < PREFIX_BYTES ? this.#takePrefix(chunk) : chunk;
    if (this.#length > LIMITS.otlpBodyBytesMax) return "too-large";
    if (this.#filled + rest.length > this.#length) return "too-many";
    if (this.#filled === 0 && rest.length === this.#length) this.#blocks.push(rest);
    else this.#append(rest);
    this.#filled += rest.length;
    return "taken";
  }

  /** What the prefix says, once it has come. */
  get prefix(): { readonly isCompressed: boolean; readonly length: number } | undefined {
    return this.#prefixLength < PREFIX_BYTES
      ? undefined
      : { isCompressed: this.#prefix[0] !== 0, length: this.#length };
  }

  /** Bytes of the message that have come. */
  get filled(): number {
    return this.#filled;
  }

  /** The message, if all of it has come. */
  message(): GrpcMessage | undefined {
    if (!this.prefix || this.#filled < this.#length) return undefined;
    const [only] = this.#blocks;
    const bytes = this.#blocks.length === 1 && only ? only : Buffer.concat(this.#blocks, this.#length);
    return { isCompressed: this.prefix.isCompressed, bytes };
  }

  #takePrefix(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.#prefix, this.#prefixLength);
    this.#prefixLength += taken;
    if (this.#prefixLength === PREFIX_BYTES) this.#length = this.#prefix.readUInt32BE(1);
    return chunk.subarray(taken);
  }

  #append(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      let block = this.#blocks.at(-1);
      if (!block || this.#blockFilled === block.length) {
        const left = this.#length - this.#filled - at;
        block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, left));
        this.#blocks.push(block);
        this.#blockFilled = 0;
      }
      const copied = chunk.copy(block, this.#blockFilled, at);
      this.#blockFilled += copied;
      at += copied;
    }
  }
}
