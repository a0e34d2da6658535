import type { Masque } from "./masque.ts";

/** Raise this when a file that was valid might not be valid any more: then every masque is checked again. */
export const SCHEMA_VERSION = 3;

/** One thing wrong with a masque file, where a person can find it. */
export type Problem = {
  readonly severity: "error" | "warning";
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count. */
  readonly column: number;
  readonly message: string;
  /** The fix, such as `did you mean "lens"?`. */
  readonly hint?: string;
  /** The lint rule that found it, such as `text/vague`, and why there is such a rule. */
  readonly rule?: string;
  readonly reason?: string;
  /** The lines around it with the place marked, ready to print. */
  readonly frame: string;
};

/** The result of reading a masque file: a valid masque, or problems; never something half valid. */
export type MasqueReading =
  | { readonly kind: "valid"; readonly masque: Masque; readonly warnings: readonly Problem[] }
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] };

/** Reads a masque file's bytes against the schema; `file` is the name that problems carry. */
export type MasqueReader = (bytes: Uint8Array, file: string) => MasqueReading;
