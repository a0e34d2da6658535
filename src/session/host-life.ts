import type { SessionId } from "../kernel/ids.ts";
import { identityOf, type SessionState, type Wearing } from "./state.ts";
import { carryOn, closeSpan, type Donned, type Moment, openSpan } from "./transition.ts";

/**
 * The life of a conversation as transitions. An older Claude Code reports a fork as a resume of the old session. So a resume
 * is only noted, and the next prompt of the same process decides: it carries the true id. What a process announced is
 * an argument here; `host-notes.ts` keeps it.
 */

/** What a process said with SessionStart or SessionEnd. */
export type HostNote = {
  readonly kind: "resumed" | "cleared" | "forked";
  readonly session: SessionId;
  readonly unixNano: string;
};

/** The conversation ends: the span closes, and the masque stays on for a resume. */
export function sessionEnded(state: SessionState, isClear: boolean, at: Moment): SessionState {
  return closeSpan(state, isClear ? "clear" : "exit", at);
}

/** A prompt after a resume. With the same id the masque session continues; another id is a fork of the conversation. */
export function promptSubmitted(state: SessionState, announced: Announced, at: Moment): SessionState {
  if (announced?.note.kind !== "resumed") return state;
  if (announced.note.session === state.session) return openSpan(state, at);
  return announced.worn ? carryOn(state, pinnedOf(announced.worn), at) : state;
}

/** The conversation was cleared: the masque stays on under the new id, in a new masque session. */
export function conversationCleared(state: SessionState, announced: Announced, at: Moment): SessionState {
  if (announced?.note.kind !== "cleared" || !announced.worn) return state;
  return carryOn(state, pinnedOf(announced.worn), at);
}

/** What a process announced, and what the session that it named wears; `null` where it announced nothing. */
export type Announced = { readonly note: HostNote; readonly worn: Wearing | null } | null;

/**
 * Puts on what a fork wears, as a masque session of its own that begins when the fork was announced. Claude Code does not
 * name the old conversation, so the caller finds `worn` in the transcript, or takes the only masque worn in the project.
 *
 * @param worn `null` where the fork wears nothing.
 */
export function forkDecided(state: SessionState, note: HostNote, worn: Donned | null, at: Moment): SessionState {
  if (note.kind !== "forked" || note.session !== state.session || !worn) return state;
  return carryOn(state, worn, { ...at, unixNano: note.unixNano });
}

/** What another masque session needs to wear the same masque: neither spans nor id. */
export function pinnedOf(worn: Wearing): Donned {
  return { ...identityOf(worn), hasVerbs: worn.hasVerbs, intent: worn.intent };
}
