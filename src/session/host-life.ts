import type { SessionId } from "../kernel/ids.ts";
import { type HostNote, identityOf, type SessionState, type Wearing, wornIn } from "./state.ts";
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

/** A conversation begins: what an earlier host process of the same pid announced is nothing to it. */
export function conversationStarted(state: SessionState, from: HostSession): SessionState {
  return forgetHost(state, from.hostPid);
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
  if (note.kind === "forked") return state;
  const decided = forgetHost(state, from.hostPid);
  if (note.kind === "cleared") return decided;
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

/**
 * A host that says so forked a conversation. What it wears stands only in its transcript, which a headless host writes
 * later: so this is noted, and the first hook that can read it decides.
 */
export function forkAnnounced(state: SessionState, from: HostSession, at: Moment): SessionState {
  const isAnythingWorn = Object.values(state.sessions).some(({ worn }) => worn !== null);
  if (!isAnythingWorn || wornIn(state, from.session)) return state;
  return noteHost(state, from.hostPid, { kind: "forked", session: from.session, unixNano: at.unixNano });
}

/** The fork of this process that still waits for its transcript. */
export function announcedFork(state: SessionState, from: HostSession): HostNote | null {
  const note = state.notes[String(from.hostPid)];
  return note?.kind === "forked" && note.session === from.session ? note : null;
}

/**
 * The fork of this session that still waits for its transcript, whichever process announced it, with what it must wear:
 * the one masque that is worn in this project. `null` where there is no such fork, or no telling which.
 */
export function likelyFork(state: SessionState, session: SessionId): { from: HostSession; worn: Wearing } | null {
  const announced = Object.entries(state.notes).find(([, note]) => note.kind === "forked" && note.session === session);
  const worn = Object.values(state.sessions).flatMap((entry) => entry.worn ?? []);
  const [only] = worn;
  if (!announced || !only || worn.some(({ digest }) => digest !== only.digest)) return null;
  return { from: { session, hostPid: Number(announced[0]) }, worn: only };
}

/** The transcript told what a fork wears, or `null` for nothing: a masque session of its own, since it was announced. */
export function forkDecided(
  state: SessionState,
  from: HostSession,
  worn: (Pinned & { readonly intent: string | null }) | null,
  at: Moment,
): SessionState {
  const note = announcedFork(state, from);
  if (!note) return state;
  const decided = forgetHost(state, from.hostPid);
  return worn ? carryOn(decided, from.session, worn, { ...at, unixNano: note.unixNano }) : decided;
}

/** What another masque session needs to wear the same: never the spans or the id. */
export function pinnedOf(worn: Wearing): Pinned & { readonly intent: string | null } {
  return { ...identityOf(worn), hasVerbs: worn.hasVerbs, intent: worn.intent };
}
