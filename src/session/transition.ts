import type { MasqueSessionId, SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";
import {
  type Entry,
  entryOf,
  type Former,
  type HostNote,
  identityOf,
  isOpen,
  type SessionState,
  type Span,
  startOf,
  type Wearing,
} from "./state.ts";

/**
 * Everything that can happen to what is worn, as functions from one state to the next. A transition that opens or
 * closes a span adds its record to `pending`; one that finds nothing to do returns the very state it was given, so
 * that hooks may run twice.
 *
 * The times of one agent session never go back, though the clock may, and a process may have read it before it waited
 * for the lock: a doff before its don would leave the span open to whoever reads the records.
 */

/** When, in which project, and the id for a masque session that may begin. */
export type Moment = {
  readonly unixNano: string;
  readonly project: string;
  readonly newMasqueSession: MasqueSessionId;
};

/** What is to be worn, pinned. */
export type Pinned = MasqueIdentity & { readonly hasVerbs: boolean };

/** Puts a masque on, doffing what was worn. The same digest again changes nothing, but for opening a closed span. */
export function donTransition(
  state: SessionState,
  session: SessionId,
  masque: Pinned & { readonly intent: string | null },
  at: Moment,
): SessionState {
  const { worn } = entryOf(state, session);
  if (worn?.digest === masque.digest) return openSpan(state, session, at);
  const bare = doffTransition(state, session, "switch", at);
  return begin(bare, session, { ...masque, replaces: worn?.name ?? null }, at);
}

/** Takes the masque off for good: closes its span if it is open, and remembers it among the former. */
export function doffTransition(state: SessionState, session: SessionId, reason: DoffReason, at: Moment): SessionState {
  const closed = closeSpan(state, session, reason, at);
  const { worn, before } = entryOf(closed, session);
  if (!worn) return state;
  const former = [...before, formerOf(worn)].slice(-LIMITS.formerPerEntryMax);
  return prune(withEntry(closed, session, { worn: null, before: former }));
}

/** The host went away: closes the span and keeps what is worn for a resume. */
export function closeSpan(state: SessionState, session: SessionId, reason: DoffReason, at: Moment): SessionState {
  const entry = entryOf(state, session);
  const { worn } = entry;
  if (!worn || !isOpen(worn)) return state;
  const { start } = lastSpan(worn);
  const moment = notBefore(start, at);
  const spans = [...worn.spans.slice(0, -1), { start, end: moment.unixNano, reason }];
  const closed = withEntry(state, session, { ...entry, worn: { ...worn, spans } });
  return withPending(closed, { ...recordOf(session, worn, moment), kind: "doff", reason });
}

/** The host is back in the same session: the same masque session goes on in another span. */
export function openSpan(state: SessionState, session: SessionId, at: Moment): SessionState {
  const entry = entryOf(state, session);
  const { worn } = entry;
  if (!worn || isOpen(worn)) return state;
  const moment = notBefore(lastSpan(worn).end, at);
  const opened = { ...worn, spans: [...worn.spans, { start: moment.unixNano }] };
  return withPending(withEntry(state, session, { ...entry, worn: opened }), {
    ...recordOf(session, worn, moment),
    kind: "don",
  });
}

/** A new masque session in the same pinned masque, for a conversation that goes on under another id. */
export function carryOn(
  state: SessionState,
  session: SessionId,
  masque: Pinned & { readonly intent: string | null },
  at: Moment,
): SessionState {
  if (entryOf(state, session).worn) return openSpan(state, session, at);
  return begin(state, session, { ...masque, replaces: null }, at);
}

/** Notes what a host process announced, for its next hook to decide. */
export function noteHost(state: SessionState, hostPid: number, note: HostNote): SessionState {
  const others = Object.entries(state.notes).filter(([pid]) => pid !== String(hostPid));
  const kept = others
    .sort(([, a], [, b]) => Number(BigInt(a.unixNano) - BigInt(b.unixNano)))
    .slice(1 - LIMITS.hostNotesMax);
  return { ...state, notes: { ...Object.fromEntries(kept), [String(hostPid)]: note } };
}

/** Forgets what a host process announced. */
export function forgetHost(state: SessionState, hostPid: number): SessionState {
  if (!(String(hostPid) in state.notes)) return state;
  const { [String(hostPid)]: _, ...notes } = state.notes;
  return { ...state, notes };
}

/** The records were appended. */
export function clearPending(state: SessionState): SessionState {
  return state.pending.length === 0 ? state : { ...state, pending: [] };
}

function begin(
  state: SessionState,
  session: SessionId,
  masque: Pinned & { readonly intent: string | null; readonly replaces: string | null },
  at: Moment,
): SessionState {
  const former = entryOf(state, session);
  const moment = notBefore(former.before.at(-1)?.end, at);
  const worn: Wearing = { masqueSession: at.newMasqueSession, ...masque, spans: [{ start: moment.unixNano }] };
  const entry = { ...former, worn };
  return prune(withPending(withEntry(state, session, entry), { ...recordOf(session, worn, moment), kind: "don" }));
}

/** The moment, or the one right after `earlier` where that is later: readers count records of equal times once. */
function notBefore(earlier: string | undefined, at: Moment): Moment {
  if (earlier === undefined || BigInt(earlier) <= BigInt(at.unixNano)) return at;
  return { ...at, unixNano: String(BigInt(earlier) + 1n) };
}

function recordOf(session: SessionId, worn: Wearing, at: Moment) {
  return {
    unixNano: at.unixNano,
    session,
    masqueSession: worn.masqueSession,
    ...identityOf(worn),
    project: at.project,
  };
}

function formerOf(worn: Wearing): Former {
  const { masqueSession, name, version, digest, source } = worn;
  return {
    masqueSession,
    name,
    version,
    digest,
    source,
    start: startOf(worn),
    end: lastSpan(worn).end ?? startOf(worn),
  };
}

function lastSpan(worn: Wearing): Span {
  const span = worn.spans.at(-1);
  if (!span) throw new TypeError(`The masque session ${worn.masqueSession} has no span`);
  return span;
}

function withEntry(state: SessionState, session: SessionId, entry: Entry): SessionState {
  return { ...state, sessions: { ...state.sessions, [session]: entry } };
}

function withPending(state: SessionState, event: MasqueEvent): SessionState {
  return { ...state, pending: [...state.pending, event] };
}

/** Drops the entries that ended longest ago, beyond the bound; an entry with an open span is never dropped. */
function prune(state: SessionState): SessionState {
  const entries = Object.entries(state.sessions) as [SessionId, Entry][];
  const closed = entries.filter(([, { worn }]) => !worn || !isOpen(worn));
  const excess = closed.length - LIMITS.closedEntriesMax;
  if (excess <= 0) return state;
  const oldest = closed.sort(([, a], [, b]) => Number(lastUseOf(a) - lastUseOf(b))).slice(0, excess);
  const dropped = new Set(oldest.map(([session]) => session));
  return { ...state, sessions: Object.fromEntries(entries.filter(([session]) => !dropped.has(session))) };
}

function lastUseOf({ worn, before }: Entry): bigint {
  return BigInt((worn && lastSpan(worn).end) ?? before.at(-1)?.end ?? 0);
}
