import type { SessionSource } from "../host/claude/hook-payload.ts";
import { textsFromTranscriptEnd } from "../host/claude/transcript.ts";
import type { Digest } from "../kernel/digest.ts";
import { LIMITS } from "../kernel/limits.ts";
import { hookBlock, readWornFromText, stillWornLine, type WornInText } from "../masque/identity-block.ts";
import { sharedByDigest } from "../masque/shared.ts";
import { pinnedPath, readPinned } from "../masque/store.ts";
import {
  announcedFork,
  conversationCleared,
  conversationStarted,
  forkAnnounced,
  forkDecided,
  type HostSession,
  pinnedOf,
  promptSubmitted,
  sessionEnded,
  sessionResumed,
} from "../session/host-life.ts";
import { changeState, readState } from "../session/session-file.ts";
import { type SessionState, wornIn } from "../session/state.ts";
import type { Moment, Pinned } from "../session/transition.ts";
import type { WearingWorld } from "./edges.ts";
import { momentOf, pinnedFrom, refreshSpinner, sessionPlace } from "./wearing.ts";

/**
 * What the host's hooks do. Most projects wear nothing, so each first looks at the state without the lock and stops
 * there when its transition would change nothing. None ever scores; each stays within the host's 1.5 s.
 */

/** What a hook says of its conversation. */
export type HookCall = HostSession & { readonly transcriptPath: string | null };

type Transition = (state: SessionState, at: Moment) => SessionState;

/** SessionEnd: the span closes, the host's own verbs come back, what is worn is remembered. */
export async function hookSessionEnd(world: WearingWorld, call: HookCall, isClear: boolean): Promise<void> {
  const decideFork = await forkByTranscript(world, call);
  await applyIfNeeded(world, (state, at) => sessionEnded(decideFork(state, at), call, isClear, at));
}

/** UserPromptSubmit: the first prompt after a resume opens the span, under the id that it carries. */
export async function hookPrompt(world: WearingWorld, call: HookCall): Promise<void> {
  const decideFork = await forkByTranscript(world, call);
  await applyIfNeeded(world, (state, at) => promptSubmitted(decideFork(state, at), call, at));
}

/**
 * SessionStart: what the conversation must hear of what it wears, or `null` for nothing. After a resume or a fork the
 * block is still in it, so a line names it; after a compaction or a clear it is gone, and goes in again.
 */
export async function hookSessionStart(
  world: WearingWorld,
  call: HookCall,
  source: SessionSource,
): Promise<string | null> {
  switch (source) {
    case "resume":
      return lineOf(await applyIfNeeded(world, (state, at) => sessionResumed(state, call, at)), call);
    case "fork": {
      await applyIfNeeded(world, (state, at) => forkAnnounced(state, call, at));
      return lineOf(await applyIfNeeded(world, await forkByTranscript(world, call)), call);
    }
    case "clear":
      return await blockOf(
        world,
        await applyIfNeeded(world, (state, at) => conversationCleared(state, call, at)),
        call,
      );
    case "compact":
      return await blockOf(world, readState(world.project).state, call);
    case "startup":
      await applyIfNeeded(world, (state) => conversationStarted(state, call));
      return null;
    case "other":
      return null;
    default:
      return source satisfies never;
  }
}

async function applyIfNeeded(world: WearingWorld, transition: Transition): Promise<SessionState> {
  const at = momentOf(world);
  // Of a corrupt file no transition makes anything, so it is left to a command, which can say that it sets it aside.
  const { state } = readState(world.project);
  if (state.pending.length === 0 && transition(state, at) === state) return state;
  const changed = await changeState(sessionPlace(world), LIMITS.hookLockWaitMs, async (current, save) => {
    const next = await save(transition(current, at));
    await refreshSpinner(world, { before: current, after: next }, save);
    return next;
  });
  return changed.result;
}

function lineOf(state: SessionState, call: HookCall): string | null {
  const worn = wornIn(state, call.session);
  return worn ? stillWornLine(worn) : null;
}

async function blockOf(world: WearingWorld, state: SessionState, call: HookCall): Promise<string | null> {
  const worn = wornIn(state, call.session);
  if (!worn) return null;
  const { store } = world.paths;
  const { digest, intent, replaces } = worn;
  const { masque } = await readPinned(store, digest, world.masqueReader);
  return hookBlock({ masque, digest, intent, replaces, pinnedPath: pinnedPath(store, digest) });
}

/** The transition that a fork's transcript decides; the one that changes nothing while there is none to read. */
async function forkByTranscript(world: WearingWorld, call: HookCall): Promise<Transition> {
  const isAnnounced = announcedFork(readState(world.project).state, call) !== null;
  const found = isAnnounced && call.transcriptPath !== null ? lastWornIn(call.transcriptPath) : null;
  if (found === null) return (state) => state;
  const worn = found === "off" ? null : await pinnedAs(world, found.digest);
  return (state, at) => forkDecided(state, call, worn, at);
}

/** The last identity block in a transcript, unless a doff came after. */
function lastWornIn(transcriptPath: string): WornInText {
  for (const text of textsFromTranscriptEnd(transcriptPath)) {
    const found = readWornFromText(text);
    if (found !== null) return found;
  }
  return null;
}

/** A pinned masque as a fork wears it, with the intent of the one session of this project that wears the same. */
async function pinnedAs(world: WearingWorld, digest: Digest): Promise<Pinned & { readonly intent: string | null }> {
  const entries = Object.values(readState(world.project).state.sessions);
  const [donned, ...others] = entries.flatMap(({ worn }) => (worn?.digest === digest ? [worn] : []));
  if (donned) return { ...pinnedOf(donned), intent: others.length === 0 ? donned.intent : null };
  const { masque } = await readPinned(world.paths.store, digest, world.masqueReader);
  return pinnedFrom({ masque, digest, source: sharedByDigest(digest) ? "shared" : "private" }, null);
}
