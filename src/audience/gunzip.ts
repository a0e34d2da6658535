import { createGunzip } from "node:zlib";
import { errnoOf } from "../kernel/errors.ts";
import { BodyBuffer, type Overflow } from "./body-buffer.ts";
import type { Reservation } from "./memory-budget.ts";

/** How decompressing ended. It stops at the limit on a body, or where the memory budget is full, so a bomb costs no more than that. */
export type Gunzipped =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: Overflow }
  | { readonly kind: "not-gzip"; readonly found: string };

const CHUNK_BYTES = 64 * 1024;

/**
 * Decompresses all members of a gzip body while it comes, off the main thread. A bomb is given up after the few bytes that
 * inflate past the limit; the rest is never read. By node:zlib, because `Bun.gunzipSync` silently returns the first member
 * only.
 */
export class Gunzip {
  readonly #stream = createGunzip({ chunkSize: CHUNK_BYTES });
  readonly #ended = Promise.withResolvers<Gunzipped>();
  #outcome: Gunzipped | undefined;

  constructor(held: Reservation) {
    const body = new BodyBuffer(held);
    this.#stream.on("data", (chunk: Buffer) => {
      const overflow = body.push(chunk);
      if (overflow) this.#end({ kind: overflow });
    });
    this.#stream.on("error", (error) => this.#end({ kind: "not-gzip", found: errnoOf(error) ?? error.message }));
    this.#stream.on("end", () => this.#end({ kind: "whole", bytes: body.bytes() }));
  }

  /** Takes the next chunk and waits until it is decompressed. Returns the outcome if no more is needed. */
  async push(chunk: Uint8Array): Promise<Gunzipped | undefined> {
    if (!this.#outcome) {
      const taken = new Promise<void>((resolve) => this.#stream.write(chunk, () => resolve()));
      await Promise.race([taken, this.#ended.promise]);
    }
    return this.#outcome;
  }

  /** The outcome, after the last chunk. */
  end(): Promise<Gunzipped> {
    if (!this.#outcome) this.#stream.end();
    return this.#ended.promise;
  }

  /** Gives up a body that is not read to its end. */
  leave(): void {
    this.#stream.destroy();
  }

  #end(outcome: Gunzipped): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#stream.destroy();
    this.#ended.resolve(outcome);
  }
}

/** Decompresses bytes that are all there. */
export async function gunzipBounded(bytes: Uint8Array, held: Reservation): Promise<Gunzipped> {
  const gunzip = new Gunzip(held);
  return (await gunzip.push(bytes)) ?? gunzip.end();
}
