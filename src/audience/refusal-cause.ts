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
