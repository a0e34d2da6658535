import type { MasqueSessionId, SessionId } from "../kernel/ids.ts";
import type { Json } from "../kernel/json.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";

/**
 * What is worn in one project, as a value. Everything here is JSON: `.claude/masque.session.json` is this, and nothing
 * else. Times are nanoseconds since 1970 as decimal strings. docs/files.md shows an example.
 */
export type SessionState = {
  readonly version: typeof STATE_VERSION;
  readonly sessions: Readonly<Record<SessionId, Entry>>;
  /** What a host process announced and its next hook decides, by the host's pid. */
  readonly notes: Readonly<Record<string, HostNote>>;
  /** Records that are decided and perhaps not yet appended to `masque.jsonl`: whoever comes next appends them. */
  readonly pending: readonly MasqueEvent[];
  /** How the host's spinner verbs are put back; opaque here, `host/claude` owns it. */
  readonly spinner: Json;
};

/** The format of the file. A file of a later one is left alone. */
export const STATE_VERSION = 1;

/** One agent session. */
export type Entry = {
  /** What it wears. Its last span is closed while the host is away; the next resume opens another. */
  readonly worn: Wearing | null;
  /** What it wore before, oldest first. */
  readonly before: readonly Former[];
};

/** One masque session. */
export type Wearing = MasqueIdentity & {
  readonly masqueSession: MasqueSessionId;
  /** Kept for the block that goes in again after a compaction; never written to telemetry. */
  readonly intent: string | null;
  /** The name of the masque it replaced, which its block says. */
  readonly replaces: string | null;
  readonly hasVerbs: boolean;
  /** Oldest first, never empty. */
  readonly spans: readonly Span[];
};

/** A masque session that is over. */
export type Former = Pick<Wearing, "masqueSession" | "name" | "version" | "digest" | "source"> & {
  readonly start: string;
  readonly end: string;
};

/** A stretch of time in which the masque was worn by a living host; open while `end` is absent. */
export type Span = { readonly start: string; readonly end?: string; readonly reason?: DoffReason };

/** What SessionStart or SessionEnd said of a host process. */
export type HostNote = {
  readonly kind: "resumed" | "cleared" | "forked";
  readonly session: SessionId;
  readonly unixNano: string;
};

/** The state of a project where nothing was ever worn. */
export const EMPTY_STATE: SessionState = {
  version: STATE_VERSION,
  sessions: {},
  notes: {},
  pending: [],
  spinner: null,
};

/** The entry of an agent session, empty where it has none yet. */
export function entryOf(state: SessionState, session: SessionId): Entry {
  return state.sessions[session] ?? { worn: null, before: [] };
}

/** What an agent session wears, also while its host is away. */
export function wornIn(state: SessionState, session: SessionId): Wearing | null {
  return entryOf(state, session).worn;
}

/** Which masque a masque session is of, and nothing of how it went. */
export function identityOf({ name, version, digest, source, category }: Wearing): MasqueIdentity {
  return { name, version, digest, source, ...(category === undefined ? {} : { category }) };
}

/** Whether the host is here now: the last span is open. */
export function isOpen(wearing: Wearing): boolean {
  return wearing.spans.at(-1)?.end === undefined;
}

/** When the masque session began. */
export function startOf(wearing: Wearing): string {
  return wearing.spans[0]?.start ?? "0";
}

/** The wearings whose spans are open, latest don first: whose verbs the host shows. */
export function openWearings(state: SessionState): Wearing[] {
  return Object.values(state.sessions)
    .flatMap(({ worn }) => (worn && isOpen(worn) ? [worn] : []))
    .sort((left, right) => Number(BigInt(startOf(right)) - BigInt(startOf(left))));
}
