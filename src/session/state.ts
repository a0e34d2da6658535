import type { MasqueSessionId, SessionId } from "../kernel/ids.ts";
import type { Digest } from "../kernel/text/digest.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";

/**
 * What one agent session wears, as a value. Everything here is JSON: the session's file is this, and nothing else.
 * Times are nanoseconds since 1970 as decimal strings. docs/files.md shows an example.
 */
export type SessionState = {
  readonly version: typeof STATE_VERSION;
  readonly session: SessionId;
  /** What it wears. The last span is closed between the end of a conversation and its resume, which opens another. */
  readonly worn: Wearing | null;
  /** What it wore before, oldest first. */
  readonly before: readonly Former[];
  /** Records that may not be in `masque.jsonl` yet: the next command in this session appends them. */
  readonly pending: readonly MasqueEvent[];
  /** The projects whose settings may show this session's verbs. */
  readonly verbs: readonly ShownIn[];
};

/** The format of the file. A file with a later version is left alone. */
export const STATE_VERSION = 2;

/** One masque session. */
export type Wearing = MasqueIdentity & {
  readonly masqueSession: MasqueSessionId;
  /** Kept for the identity block, which is repeated after a compaction; never written to telemetry. */
  readonly intent: string | null;
  /** The name of the masque that it replaced, for the identity block. */
  readonly replaces: string | null;
  readonly hasVerbs: boolean;
  /** The real path of the project in which it is worn. */
  readonly project: string;
  /** Oldest first, never empty. */
  readonly spans: readonly Span[];
};

/** A masque session that is over. */
export type Former = Pick<Wearing, "masqueSession" | "name" | "version" | "digest" | "source"> & {
  readonly start: string;
  readonly end: string;
};

/** A stretch of time in which the masque was worn and the agent program ran; open while `end` is absent. */
export type Span = { readonly start: string; readonly end?: string; readonly reason?: DoffReason };

/** A project by its real path, and the masque whose verbs its settings show; `null` while the settings are to be edited. */
export type ShownIn = { readonly project: string; readonly digest: Digest | null };

/** The state of an agent session that never wore anything. */
export function emptyState(session: SessionId): SessionState {
  return { version: STATE_VERSION, session, worn: null, before: [], pending: [], verbs: [] };
}

/** The masque of a masque session. */
export function identityOf({ name, version, digest, source, category }: Wearing): MasqueIdentity {
  return { name, version, digest, source, ...(category === undefined ? {} : { category }) };
}

/** Whether the last span is open: the agent program runs. */
export function isOpen(wearing: Wearing): boolean {
  return wearing.spans.at(-1)?.end === undefined;
}

/** When the masque session began. */
export function startOf(wearing: Wearing): string {
  return wearing.spans[0]?.start ?? "0";
}

/** When the session last changed, nanoseconds since 1970; `0n` where it never did. */
export function lastUseOf({ worn, before }: SessionState): bigint {
  const span = worn?.spans.at(-1);
  return BigInt(span?.end ?? span?.start ?? before.at(-1)?.end ?? 0);
}
