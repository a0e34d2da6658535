import type { SessionId } from "../kernel/ids.ts";
import { type SessionState, type Wearing, wornIn } from "./state.ts";
import { carryOn, closeSpan, forgetHost, type Moment, noteHost, openSpan, type Pinned } from "./transition.ts";

/**
 * The host's life cycle as transitions. An older host reports a fork as a resume of the old session, so a resume is
 * only noted; the next prompt of that host process carries the id that is true, and decides.
 */

/** An agent session as a hook names it: the id it carries, and the host process it came from. */
export type HostSession = { readonly session: SessionId; readonly hostPid: number };

/** The host ends: the span closes, what is worn is kept; after a clear the next start of this process carries on. */
export function sessionEnded(state: SessionState, from: HostSession, isClear: boolean, at: Moment): SessionState {
  const closed = closeSpan(state, from.session, isClear ? "clear" : "exit", at);
  if (!isClear || !wornIn(closed, from.session)) return forgetHost(closed, from.hostPid);
  return noteHost(closed, from.hostPid, { kind: "cleared", session: from.session, unixNano: at.unixNano });
}

/** The host resumed a conversation, or forked it and says so under the old id. */
export function sessionResumed(state: SessionState, from: HostSession, at: Moment): SessionState {
  if (!wornIn(state, from.session)) return forgetHost(state, from.hostPid);
  return noteHost(state, from.hostPid, { kind: "resumed", session: from.session, unixNano: at.unixNano });
}

/** A prompt after a resume: the same id goes on as the same masque session, another id is a fork of it. */
export function promptSubmitted(state: SessionState, from: HostSession, at: Moment): SessionState {
  const note = state.notes[String(from.hostPid)];
  if (!note) return state;
  const decided = forgetHost(state, from.hostPid);
  if (note.kind !== "resumed") return decided;
  if (note.session === from.session) return openSpan(decided, from.session, at);
  const worn = wornIn(decided, note.session);
  return worn ? carryOn(decided, from.session, pinnedOf(worn), at) : decided;
}

/** The conversation was cleared: what its process wore goes on under the new id, as a new masque session. */
export function conversationCleared(state: SessionState, from: HostSession, at: Moment): SessionState {
  const note = state.notes[String(from.hostPid)];
  if (!note) return state;
  const decided = forgetHost(state, from.hostPid);
  const worn = note.kind === "cleared" ? wornIn(decided, note.session) : null;
  return worn ? carryOn(decided, from.session, pinnedOf(worn), at) : decided;
}

/** The conversation was forked by a host that says so: what the transcript shows it wears, under the new id. */
export function conversationForked(
  state: SessionState,
  from: HostSession,
  worn: Pinned & { readonly intent: string | null },
  at: Moment,
): SessionState {
  return carryOn(forgetHost(state, from.hostPid), from.session, worn, at);
}

/** What another masque session needs to wear the same: never the spans or the id. */
export function pinnedOf(worn: Wearing): Pinned & { readonly intent: string | null } {
  const { name, version, digest, source, category, hasVerbs, intent } = worn;
  return { name, version, digest, source, ...(category === undefined ? {} : { category }), hasVerbs, intent };
}
