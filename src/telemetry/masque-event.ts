import type { MasqueSessionId, SessionId } from "../kernel/ids.ts";
import type { Digest } from "../kernel/text/digest.ts";

/** Why a span closed: by `doff`, by another don, because the agent ended, or because its conversation was cleared. */
export type DoffReason = "user" | "switch" | "exit" | "clear";

/** Which masque it was, as records and the session's state say it. */
export type MasqueIdentity = {
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
  /** The user's own folder, or the binary. */
  readonly source: "private" | "shared";
  readonly category?: string;
};

/**
 * What `don` and `doff` record: all that the judge needs to attribute telemetry. The intent is never in it. Times are
 * nanoseconds since 1970 as decimal strings, for the event also waits, as JSON, in the session file.
 */
export type MasqueEvent = MasqueIdentity & {
  readonly unixNano: string;
  readonly session: SessionId;
  readonly masqueSession: MasqueSessionId;
  readonly project: string;
} & ({ readonly kind: "don" } | { readonly kind: "doff"; readonly reason: DoffReason });

/** The instrumentation scope of masque's own records; the judge never counts them as work. */
export const MASQUE_SCOPE = "masque";

/** One event as one line of `masque.jsonl`, without its newline: an OTLP export request. */
export type EventSerializer = (event: MasqueEvent) => string;
