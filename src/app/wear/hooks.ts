import type { SessionSource } from "../../host/host.ts";
import { realPath, type SessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { ProcessIdentity } from "../../kernel/process/process-identity.ts";
import type { Digest } from "../../kernel/text/digest.ts";
import { hookBlock, readWornFromText, stillWornLine, type WornInText } from "../../masque/identity-block.ts";
import { isSharedDigest } from "../../masque/shared.ts";
import { pinnedPath, readPinned } from "../../masque/store.ts";
import { wearingsIn } from "../../session/all-sessions.ts";
import { dropAnchorCount } from "../../session/anchor-count.ts";
import {
  type Announced,
  conversationCleared,
  forkDecided,
  type HostNote,
  pinnedOf,
  promptSubmitted,
  sessionEnded,
} from "../../session/host-life.ts";
import { changeState, isUnsettled, readState } from "../../session/session-file.ts";
import type { SessionState, Wearing } from "../../session/state.ts";
import type { Donned, Moment } from "../../session/transition.ts";
import type { WearingWorld } from "../edges.ts";
import { announce, announcedBy } from "./host-announced.ts";
import { migrateProjectState } from "./migrate-project-state.ts";
import { showVerbs } from "./show-verbs.ts";
import { momentOf, pinnedFrom, sessionPlace } from "./wearing.ts";

/**
 * What the hooks do. Most sessions wear nothing, so each hook first reads the state without the lock, and ends where its
 * transition would change nothing. No hook scores. Each ends within the 1.5 s that Claude Code allows.
 */

/** What a hook is given about its conversation. */
export type HookCall = {
  readonly session: SessionId;
  /** The process that called the hook; `null` where it cannot be identified. Then nothing that it announces is kept. */
  readonly host: ProcessIdentity | null;
  readonly transcriptPath: string | null;
};

type Transition = (state: SessionState, at: Moment) => SessionState;

/** SessionEnd: the span closes and the user's own verbs come back; the masque stays on for a resume. */
export async function hookSessionEnd(world: WearingWorld, call: HookCall, isClear: boolean): Promise<void> {
  const fork = await forkByTranscript(world, call, announcedBy(world, call.host));
  const state = await applyIfNeeded(world, call, (before, at) => sessionEnded(fork(before, at), isClear, at));
  announce(world, call.host, isClear && state.worn ? noteOf(world, call, "cleared") : null);
}

/** UserPromptSubmit: the first prompt after a resume opens the span, under the id of that prompt. Answers what is worn. */
export async function hookPrompt(world: WearingWorld, call: HookCall): Promise<Wearing | null> {
  const announced = announcedBy(world, call.host);
  const fork = await forkByTranscript(world, call, announced);
  const { worn } = await applyIfNeeded(world, call, (state, at) => promptSubmitted(fork(state, at), announced, at));
  // A fork waits for its transcript.
  if (announced && (announced.note.kind !== "forked" || fork !== UNDECIDED)) announce(world, call.host, null);
  return worn;
}

/**
 * SessionStart: the text about what is worn that the conversation needs, or `null` for none. After a resume or a fork the
 * conversation still holds the block, so one line names the masque. After a compaction or a clear the block is gone, and
 * is given again.
 */
export async function hookSessionStart(
  world: WearingWorld,
  call: HookCall,
  source: SessionSource,
): Promise<string | null> {
  switch (source) {
    case "resume": {
      const state = await applyIfNeeded(world, call, (found) => found);
      announce(world, call.host, state.worn ? noteOf(world, call, "resumed") : null);
      return lineOf(state);
    }
    case "fork":
      return lineOf(await forked(world, call));
    case "clear": {
      const announced = announcedBy(world, call.host);
      const state = await applyIfNeeded(world, call, (found, at) => conversationCleared(found, announced, at));
      if (announced) announce(world, call.host, null);
      return await blockOf(world, state);
    }
    case "compact": {
      const block = await blockOf(world, await applyIfNeeded(world, call, (found) => found));
      if (block !== null) dropAnchorCount(world.paths.sessions, call.session);
      return block;
    }
    case "startup":
      announce(world, call.host, null);
      return null;
    case "other":
      return null;
    default:
      return source satisfies never;
  }
}

/**
 * Claude Code reports a fork. What the fork wears is only in its transcript, which `claude -p` writes later. So the fork
 * is noted, and the first hook that can read the transcript decides.
 */
async function forked(world: WearingWorld, call: HookCall): Promise<SessionState> {
  const { state } = readState(world.paths.sessions, call.session);
  const isAnythingWorn = wearingsIn(world.paths.sessions, realPath(world.project)).length > 0;
  if (!isAnythingWorn || state.worn) return state;
  const note = noteOf(world, call, "forked");
  announce(world, call.host, note);
  const fork = await forkByTranscript(world, call, { note, worn: null });
  if (fork !== UNDECIDED) announce(world, call.host, null);
  return await applyIfNeeded(world, call, fork);
}

async function applyIfNeeded(world: WearingWorld, call: HookCall, transition: Transition): Promise<SessionState> {
  await migrateProjectState(world);
  const at = momentOf(world);
  // A corrupt file reads as nothing worn. It is left to a command, which can say that it renames the file.
  const { state } = readState(world.paths.sessions, call.session);
  if (!isUnsettled(state) && transition(state, at) === state) return state;
  const changing = { session: call.session, waitMs: LIMITS.hookLockWaitMs, follow: showVerbs(world) };
  const decide = (current: SessionState) => ({ next: transition(current, at), result: undefined });
  return (await changeState(sessionPlace(world), changing, decide)).state;
}

function noteOf(world: WearingWorld, { session }: HookCall, kind: HostNote["kind"]): HostNote {
  return { kind, session, unixNano: String(world.clock.nowUnixNano()) };
}

function lineOf({ worn }: SessionState): string | null {
  return worn ? stillWornLine(worn) : null;
}

async function blockOf(world: WearingWorld, { worn }: SessionState): Promise<string | null> {
  if (!worn) return null;
  const { store } = world.paths;
  const { digest, intent, replaces } = worn;
  const { masque } = await readPinned(store, digest, world.masqueReader);
  return hookBlock({ masque, digest, intent, replaces, pinnedPath: pinnedPath(store, digest) });
}

/** Not a fork, or a fork whose transcript is not there yet. */
const UNDECIDED: Transition = (state) => state;

/** The transition that follows from a fork's transcript. */
async function forkByTranscript(world: WearingWorld, call: HookCall, announced: Announced): Promise<Transition> {
  const note = announced?.note;
  const isAnnounced = note?.kind === "forked" && note.session === call.session;
  const found = isAnnounced && call.transcriptPath !== null ? lastWornIn(world, call.transcriptPath) : null;
  if (!note || found === null) return UNDECIDED;
  const worn = found === "off" ? null : await pinnedAs(world, found.digest);
  return (state, at) => forkDecided(state, note, worn, at);
}

/** The last identity block in a transcript, unless a doff came after. */
function lastWornIn({ host }: WearingWorld, transcriptPath: string): WornInText {
  for (const text of host.transcriptTexts(transcriptPath)) {
    const found = readWornFromText(text);
    if (found !== null) return found;
  }
  return null;
}

/** A pinned masque as a fork wears it; with the intent of the only session of this project that wears the same, if there is one. */
async function pinnedAs(world: WearingWorld, digest: Digest): Promise<Donned> {
  const worn = wearingsIn(world.paths.sessions, realPath(world.project)).filter((one) => one.digest === digest);
  const [donned, ...others] = worn;
  if (donned) return { ...pinnedOf(donned), intent: others.length === 0 ? donned.intent : null };
  const { masque } = await readPinned(world.paths.store, digest, world.masqueReader);
  return pinnedFrom({ masque, digest, source: isSharedDigest(digest) ? "shared" : "private" }, null);
}
