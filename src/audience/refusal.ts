import { LIMITS } from "../kernel/limits.ts";

/**
 * Why a request was not taken, whichever transport brought it: few and fixed, for they are counted one by one.
 * docs/audience.md says what each means.
 */
export const REFUSAL_CAUSES = [
  "host",
  "origin",
  "unauthorised",
  "path",
  "method",
  "content_type",
  "encoding",
  "too_large",
  "malformed",
  "slow",
  "aborted",
  "overloaded",
  "unavailable",
] as const;

/** One of those causes. */
export type RefusalCause = (typeof REFUSAL_CAUSES)[number];

/** A request that was not taken: why, as the tally counts it and as its sender is told. */
export type Refusal = { readonly cause: RefusalCause; readonly reason: string };

/** What it would take is more than the receiver holds at once. */
export const NO_ROOM: Refusal = { cause: "overloaded", reason: "too much is being received at once: send again" };

/** A body or message beyond the bound on one; `what` names it to its sender. */
export function tooLarge(what: string): Refusal {
  const reason = `the ${what} is longer than ${LIMITS.otlpBodyBytesMax} bytes: send smaller batches`;
  return { cause: "too_large", reason };
}
