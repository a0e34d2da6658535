import type { SessionId } from "../kernel/ids.ts";
import { identityOf, type SessionState, type Wearing } from "./state.ts";
import { carryOn, closeSpan, type Donned, type Moment, openSpan } from "./transition.ts";

/**
 * The host's life cycle as transitions. An older host reports a fork as a resume of the old session, so a resume is
 * only noted; the next prompt of that host process carries the id that is true, and decides. What a process announced
 * is an argument here; `host-notes.ts` keeps it.
 */

/** What SessionStart or SessionEnd said of a host process. */
export type HostNote = {
  readonly kind: "resumed" | "cleared" | "forked";
  readonly session: SessionId;
  readonly unixNano: string;
};

/** The host ends: the span closes, and what is worn is kept for a resume. */
export function sessionEnded(state: SessionState, isClear: boolean, at: Moment): SessionState {
  return closeSpan(state, isClear ? "clear" : "exit", at);
}

/** A prompt after a resume: the same id goes on as the same masque session, another id is a fork of it. */
export function promptSubmitted(state: SessionState, announced: Announced, at: Moment): SessionState {
  if (announced?.note.kind !== "resumed") return state;
  if (announced.note.session === state.session) return openSpan(state, at);
  return announced.worn ? carryOn(state, pinnedOf(announced.worn), at) : state;
}

/** The conversation was cleared: what its process wore goes on under the new id, as a new masque session. */
export function conversationCleared(state: SessionState, announced: Announced, at: Moment): SessionState {
  if (announced?.note.kind !== "cleared" || !announced.worn) return state;
  return carryOn(state, pinnedOf(announced.worn), at);
}

/** What a host process announced, and what the session that it named wears; `null` where it announced nothing. */
export type Announced = { readonly note: HostNote; readonly worn: Wearing | null } | null;

/**
 * What a fork wears, or `null` for nothing: a masque session of its own, since it was announced. A host that says so
 * forked a conversation names nothing of the old one; the transcript tells, or the one masque worn in the project.
 */
export function forkDecided(state: SessionState, note: HostNote, worn: Donned | null, at: Moment): SessionState {
  if (note.kind !== "forked" || note.session !== state.session || !worn) return state;
  return carryOn(state, worn, { ...at, unixNano: note.unixNano });
}

/** What another masque session needs to wear the same: never the spans or the id. */
export function pinnedOf(worn: Wearing): Donned {
  return { ...identityOf(worn), hasVerbs: worn.hasVerbs, intent: worn.intent };
}
