import { createGunzip } from "node:zlib";
import { errnoOf } from "../kernel/errors.ts";
import { BodyBuffer, type Overflow } from "./body-buffer.ts";
import type { Reservation } from "./memory-budget.ts";

/** What decompressing came to; it is left where it passes its bound or the room, so that a bomb costs that and no more. */
export type Gunzipped =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  | { readonly kind: Overflow }
  | { readonly kind: "not-gzip"; readonly found: string };

const CHUNK_BYTES = 64 * 1024;

/**
 * Decompresses all members of a gzip body while it comes, off the main thread. A bomb is left after the few bytes of it
 * that inflate past the bound; the rest is never asked for. node:zlib, for `Bun.gunzipSync` silently answers the first
 * member alone.
 */
export class Gunzip {
  readonly #stream = createGunzip({ chunkSize: CHUNK_BYTES });
  readonly #ended = Promise.withResolvers<Gunzipped>();
  #outcome: Gunzipped | undefined;

  constructor(held: Reservation) {
    const gathering = new BodyBuffer(held);
    this.#stream.on("data", (chunk: Buffer) => {
      const overflow = gathering.push(chunk);
      if (overflow) this.#end({ kind: overflow });
    });
    this.#stream.on("error", (error) => this.#end({ kind: "not-gzip", found: errnoOf(error) ?? error.message }));
    this.#stream.on("end", () => this.#end({ kind: "whole", bytes: gathering.bytes() }));
  }

  /** Takes the next chunk and waits until it is worked off; answers the outcome where no more is wanted. */
  async push(chunk: Uint8Array): Promise<Gunzipped | undefined> {
    if (!this.#outcome) {
      const taken = new Promise<void>((resolve) => this.#stream.write(chunk, () => resolve()));
      await Promise.race([taken, this.#ended.promise]);
    }
    return this.#outcome;
  }

  /** What it came to, once every chunk was given. */
  end(): Promise<Gunzipped> {
    if (!this.#outcome) this.#stream.end();
    return this.#ended.promise;
  }

  /** Lets go of it where it is not read to its end. */
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

/** Decompresses what came at once. */
export async function gunzipBounded(bytes: Uint8Array, held: Reservation): Promise<Gunzipped> {
  const gunzip = new Gunzip(held);
  return (await gunzip.push(bytes)) ?? gunzip.end();
}
