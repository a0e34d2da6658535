import { LIMITS } from "../kernel/limits.ts";
import type { Reservation } from "./memory-budget.ts";

/** Why a body is not read to its end. */
export type Overflow = "too-large" | "no-room";

/** Puts a body together from its chunks, within `LIMITS.otlpBodyBytesMax` and within the memory budget. */
export class BodyBuffer {
  readonly #held: Reservation;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(held: Reservation) {
    this.#held = held;
  }

  /** Takes the next chunk, or returns why not; the chunks before it are released then. */
  push(chunk: Uint8Array): Overflow | undefined {
    this.#length += chunk.length;
    if (this.#length > LIMITS.otlpBodyBytesMax) return this.#leave("too-large");
    if (!this.#held.hold(chunk.length)) return this.#leave("no-room");
    this.#chunks.push(chunk);
    return undefined;
  }

  /** The whole body, once, without a copy where it came in one chunk. Releases the chunks. */
  bytes(): Uint8Array {
    const chunks = this.#chunks;
    this.#chunks = [];
    const [only] = chunks;
    return chunks.length === 1 && only ? only : Buffer.concat(chunks, this.#length);
  }

  #leave(why: Overflow): Overflow {
    this.#chunks = [];
    return why;
  }
}
