import { LIMITS } from "../kernel/limits.ts";
import type { PartialSuccess } from "../telemetry/response.ts";
import type { Signal } from "../telemetry/signal.ts";

/**
 * Why a request was refused, over HTTP and gRPC alike. The list is short and fixed, because the receiver counts
 * refusals by cause. docs/audience.md says what each cause means.
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

/** Nothing of the request was kept. The reason is text for the sender and for the log. */
export type Refusal = { readonly kind: "refused"; readonly cause: RefusalCause; readonly reason: string };

/** What became of a request. HTTP and gRPC each turn it into a response of their own. */
export type Outcome =
  /** The records are on disk, or the request held none. `partial` says what was left out, if anything was. */
  | { readonly kind: "accepted"; readonly signal: Signal; readonly partial: PartialSuccess | null }
  | Refusal
  /** The receiver threw: a bug of masque. */
  | { readonly kind: "bug" };

/** A refusal with its cause. */
export function refused(cause: RefusalCause, reason: string): Refusal {
  return { kind: "refused", cause, reason };
}

/** The receiver holds as many bytes, or as many requests, as it may. */
export const NO_ROOM = refused("overloaded", "too much is being received at once: send again");

/** The sender has no token, or a wrong one. */
export const UNAUTHORISED = refused(
  "unauthorised",
  "a bearer token is required: `masque audience config` prints OTEL_EXPORTER_OTLP_HEADERS",
);

/** A body or message is longer than the limit; `what` is its name for the sender. */
export function tooLarge(what: string): Refusal {
  return refused("too_large", `the ${what} is longer than ${LIMITS.otlpBodyBytesMax} bytes: send smaller batches`);
}
