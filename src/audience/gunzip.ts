import { createGunzip } from "node:zlib";
import { errnoOf } from "../kernel/errors.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Held } from "./room.ts";

/** What decompressing came to. */
export type Gunzipped =
  | { readonly kind: "whole"; readonly bytes: Uint8Array }
  /** Left at the bound: what a small bomb would have become is never made. */
  | { readonly kind: "too-large" }
  /** Left where it had taken all the room there was. */
  | { readonly kind: "no-room" }
  | { readonly kind: "not-gzip"; readonly found: string };

const CHUNK_BYTES = 64 * 1024;

/**
 * All members of a gzip body, off the main thread, within `LIMITS.otlpBodyBytesMax` again and taking room as it grows:
 * a bomb has cost that much when it is left. node:zlib, for `Bun.gunzipSync` silently answers the first member alone.
 */
export function gunzipBounded(bytes: Uint8Array, held: Held): Promise<Gunzipped> {
  return new Promise((resolve) => {
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    const chunks: Buffer[] = [];
    let length = 0;
    const leave = (why: Exclude<Gunzipped, { kind: "whole" }>) => {
      chunks.length = 0;
      gunzip.destroy();
      resolve(why);
    };
    gunzip.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > LIMITS.otlpBodyBytesMax) leave({ kind: "too-large" });
      else if (!held.hold(chunk.length)) leave({ kind: "no-room" });
      else chunks.push(chunk);
    });
    gunzip.on("error", (error) => leave({ kind: "not-gzip", found: errnoOf(error) ?? error.message }));
    gunzip.on("end", () => {
      const [only] = chunks;
      resolve({ kind: "whole", bytes: chunks.length === 1 && only ? only : Buffer.concat(chunks, length) });
    });
    gunzip.end(bytes);
  });
}
