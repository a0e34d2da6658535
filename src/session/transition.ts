import type { MasqueSessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";
import { type Former, identityOf, isOpen, type SessionState, type Span, startOf, type Wearing } from "./state.ts";

/**
 * Everything that can happen to what an agent session wears, as functions from one state to the next. A transition that
 * opens or closes a span adds its record to `pending`. A transition with nothing to do returns the same object that it was
 * given, so that a hook may run twice.
 *
 * The times of one agent session never go back, although the clock may, and although a process may read the clock before
 * it waits for the lock: a doff that is earlier than its don would leave the span open for every reader of the records.
 * A clock that goes back by more than an hour was wrong before, or is wrong now. Then the new time counts, and later
 * times in the state are set to it. Otherwise one don on a machine whose clock says 2099 would date all later records
 * to 2099.
 */

/** When, in which project, and the id for a masque session that may begin. */
export type Moment = {
  readonly unixNano: string;
  /** The project's path as it was given, for the record. */
  readonly project: string;
  /** The project's real path, for its settings. */
  readonly projectRealPath: string;
  readonly newMasqueSession: MasqueSessionId;
};

/** What is to be worn, pinned. */
export type Pinned = MasqueIdentity & { readonly hasVerbs: boolean };

/** What is to be worn, and what for. */
export type Donned = Pinned & { readonly intent: string | null };

/**
 * Puts a masque on, after taking off what was worn. Where the same digest is worn already, a closed span is opened
 * again and a new intent replaces the old one.
 */
export function donTransition(state: SessionState, masque: Donned, at: Moment): SessionState {
  const { worn } = state;
  if (worn?.digest === masque.digest) return withIntent(openSpan(state, at), masque.intent);
  const bare = doffTransition(state, "switch", at);
  return begin(bare, { ...masque, replaces: worn?.name ?? null }, at);
}

/** Takes the masque off: closes its open span, and adds the masque session to `before`. */
export function doffTransition(state: SessionState, reason: DoffReason, at: Moment): SessionState {
  const closed = closeSpan(state, reason, at);
  const { worn, before } = closed;
  if (!worn) return state;
  return { ...closed, worn: null, before: [...before, formerOf(worn)].slice(-LIMITS.formerPerSessionMax) };
}

/** The conversation ended: closes the span. The masque stays on for a resume. */
export function closeSpan(state: SessionState, reason: DoffReason, at: Moment): SessionState {
  const { worn } = state;
  if (!worn || !isOpen(worn)) return state;
  const moment = notBefore(lastSpan(worn).start, at);
  const spans = notAfter(worn.spans, moment);
  const { start } = spans.at(-1) ?? { start: moment.unixNano };
  const closed: Wearing = { ...worn, spans: [...spans.slice(0, -1), { start, end: moment.unixNano, reason }] };
  return withPending({ ...state, worn: closed }, { ...recordOf(state, worn, moment), kind: "doff", reason });
}

/** The conversation is back in the same session: the masque session continues in a new span. */
export function openSpan(state: SessionState, at: Moment): SessionState {
  const { worn } = state;
  if (!worn || isOpen(worn)) return state;
  const moment = notBefore(lastSpan(worn).end, at);
  const spans = keptSpans([...notAfter(worn.spans, moment), { start: moment.unixNano }]);
  const opened: Wearing = { ...worn, project: at.projectRealPath, spans };
  return withPending({ ...state, worn: opened }, { ...recordOf(state, worn, moment), kind: "don" });
}

/** A new masque session in the same pinned masque, for a conversation that continues under another id. */
export function carryOn(state: SessionState, masque: Donned, at: Moment): SessionState {
  if (state.worn) return openSpan(state, at);
  return begin(state, { ...masque, replaces: null }, at);
}

/** Nothing is pending any more: the records were appended. */
export function clearPending(state: SessionState): SessionState {
  return state.pending.length === 0 ? state : { ...state, pending: [] };
}

function begin(state: SessionState, masque: Donned & { readonly replaces: string | null }, at: Moment): SessionState {
  const moment = notBefore(state.before.at(-1)?.end, at);
  const worn: Wearing = {
    masqueSession: at.newMasqueSession,
    ...masque,
    project: at.projectRealPath,
    spans: [{ start: moment.unixNano }],
  };
  return withPending({ ...state, worn }, { ...recordOf(state, worn, moment), kind: "don" });
}

function withIntent(state: SessionState, intent: string | null): SessionState {
  const { worn } = state;
  if (!worn || intent === null || intent === worn.intent) return state;
  return { ...state, worn: { ...worn, intent } };
}

const NANOS_PER_MS = 1_000_000n;
const CLOCK_BACK_NANO_MAX = BigInt(LIMITS.clockBackMsMax) * NANOS_PER_MS;

/** The moment, or 1 ns after `earlier` where `earlier` is at most an hour ahead. Not the same time: equal records count once. */
function notBefore(earlier: string | undefined, at: Moment): Moment {
  if (earlier === undefined) return at;
  const ahead = BigInt(earlier) - BigInt(at.unixNano);
  if (ahead <= 0n || ahead > CLOCK_BACK_NANO_MAX) return at;
  return { ...at, unixNano: String(BigInt(earlier) + 1n) };
}

/** The spans, with times that are later than the moment set to the moment. */
function notAfter(spans: readonly Span[], { unixNano }: Moment): Span[] {
  const earliest = (time: string) => (BigInt(time) > BigInt(unixNano) ? unixNano : time);
  return spans.map(({ start, end, ...more }) => ({
    ...more,
    start: earliest(start),
    ...(end === undefined ? {} : { end: earliest(end) }),
  }));
}

/** The first span says since when the masque is worn, the last whether it is open. Of the others the oldest are dropped. */
function keptSpans(spans: readonly Span[]): Span[] {
  return spans.length <= LIMITS.spansKeptMax
    ? [...spans]
    : [...spans.slice(0, 1), ...spans.slice(1 - LIMITS.spansKeptMax)];
}

function recordOf({ session }: SessionState, worn: Wearing, at: Moment) {
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
  const start = startOf(worn);
  return { masqueSession, name, version, digest, source, start, end: lastSpan(worn).end ?? start };
}

function lastSpan(worn: Wearing): Span {
  const span = worn.spans.at(-1);
  if (!span) throw new TypeError(`The masque session ${worn.masqueSession} has no span`);
  return span;
}

function withPending(state: SessionState, event: MasqueEvent): SessionState {
  return { ...state, pending: [...state.pending, event].slice(-LIMITS.pendingEventsMax) };
}
