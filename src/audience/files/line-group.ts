import { LIMITS } from "../../kernel/limits.ts";

/**
 * Joins the lines of a group, in the same memory each time: allocating megabytes for every sync would cost as much as
 * writing them.
 */
export class LineGroup {
  #memory = new Uint8Array(0);

  /** The result is valid until the next call. */
  join(group: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
    const [only, second] = group;
    if (only && !second) return only.bytes;
    const length = group.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (length > this.#memory.length) this.#memory = new Uint8Array(Math.min(LIMITS.appendBytesMax, 2 * length));
    let at = 0;
    for (const { bytes } of group) {
      this.#memory.set(bytes, at);
      at += bytes.length;
    }
    return this.#memory.subarray(0, length);
  }
}
