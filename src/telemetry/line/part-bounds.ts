import { LIMITS } from "../../kernel/limits.ts";

/** How long a part of a long request may be, and how much of it may be what the next part repeats. */
export type PartBounds = { readonly bytesMax: number; readonly repeatedBytesMax: number };

/** An eighth, so that all parts together are not much longer than the request. */
export const PART_BOUNDS: PartBounds = {
  bytesMax: LIMITS.otlpPartBytes,
  repeatedBytesMax: LIMITS.otlpPartBytes / 8,
};
