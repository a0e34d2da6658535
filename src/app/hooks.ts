import { textsFromTranscriptEnd } from "../host/claude/transcript.ts";
import type { Digest } from "../kernel/digest.ts";
import { LIMITS } from "../kernel/limits.ts";
import { sharedByDigest } from "../masque/catalog.ts";
import { hookBlock, readWornFromText, stillWornLine } from "../masque/identity-block.ts";
import { textAttribute } from "../masque/masque.ts";
import { pinnedPath, readPinned } from "../masque/store.ts";
import {
  conversationCleared,
  conversationForked,
  type HostSession,
  promptSubmitted,
  sessionEnded,
  sessionResumed,
} from "../session/host-life.ts";
import { changeState, readState } from "../session/session-file.ts";
import { type SessionState, type Wearing, wornIn } from "../session/state.ts";
import type { Moment, Pinned } from "../session/transition.ts";
import type { WearingWorld } from "./edges.ts";
import { momentOf, refreshSpinner, sessionPlace } from "./wearing.ts";

/**
 * What the host's hooks do. Most projects wear nothing, so each first looks at the state without the lock and stops
 * there when its transition would change nothing. None ever scores; each stays within the host's 1.5 s.
 */

/** What SessionStart says of a conversation. */
export type SessionStart = HostSession & {
  readonly source: "startup" | "resume" | "clear" | "compact" | "fork" | "other";
  readonly transcriptPath: string | null;
};

type Transition = (state: SessionState, at: Moment) => SessionState;

/** SessionEnd: the span closes, the host's own verbs come back, what is worn is remembered. */
export async function hookSessionEnd(world: WearingWorld, from: HostSession, isClear: boolean): Promise<void> {
  await applyIfNeeded(world, (state, at) => sessionEnded(state, from, isClear, at));
}

/** UserPromptSubmit: the first prompt after a resume opens the span, under the id that it carries. */
export async function hookPrompt(world: WearingWorld, from: HostSession): Promise<void> {
  await applyIfNeeded(world, (state, at) => promptSubmitted(state, from, at));
}

/**
 * SessionStart: what the conversation must hear of what it wears, or `null` for nothing. After a resume or a fork the
 * block is still in it, so a line names it; after a compaction or a clear it is gone, and goes in again.
 */
export async function hookSessionStart(world: WearingWorld, start: SessionStart): Promise<string | null> {
  switch (start.source) {
    case "resume": {
      const state = await applyIfNeeded(world, (before, at) => sessionResumed(before, start, at));
      return lineOf(wornIn(state, start.session));
    }
    case "fork": {
      const worn = await wornByTranscript(world, start.transcriptPath);
      if (!worn) return null;
      const state = await applyIfNeeded(world, (before, at) => conversationForked(before, start, worn, at));
      return lineOf(wornIn(state, start.session));
    }
    case "clear": {
      const state = await applyIfNeeded(world, (before, at) => conversationCleared(before, start, at));
      return await blockOf(world, wornIn(state, start.session));
    }
    case "compact":
      return await blockOf(world, wornIn(readState(world.project).state, start.session));
    case "startup":
    case "other":
      return null;
    default:
      return start.source satisfies never;
  }
}

async function applyIfNeeded(world: WearingWorld, transition: Transition): Promise<SessionState> {
  const at = momentOf(world);
  const { state, isCorrupt } = readState(world.project);
  if (!isCorrupt && state.pending.length === 0 && transition(state, at) === state) return state;
  const changed = await changeState(sessionPlace(world), LIMITS.hookLockWaitMs, async (current, save) => {
    const next = await save(transition(current, at));
    await refreshSpinner(world, next, save);
    return next;
  });
  return changed.result;
}

function lineOf(worn: Wearing | null): string | null {
  return worn ? stillWornLine(worn) : null;
}

async function blockOf(world: WearingWorld, worn: Wearing | null): Promise<string | null> {
  if (!worn) return null;
  const { store } = world.paths;
  const { masque } = await readPinned(store, worn.digest, world.masqueReader);
  const { digest, intent, replaces } = worn;
  return hookBlock({ masque, digest, intent, replaces, pinnedPath: pinnedPath(store, digest) });
}

/** What a fork wears is only in its transcript: the last identity block in it, unless a doff came after. */
async function wornByTranscript(world: WearingWorld, path: string | null) {
  if (path === null) return null;
  for (const text of textsFromTranscriptEnd(path)) {
    const found = readWornFromText(text);
    if (found === "off") return null;
    if (found) return await pinnedAs(world, found.digest);
  }
  return null;
}

/** The pinned masque as a fork wears it; its intent stands in the transcript, and in whatever session donned it here. */
async function pinnedAs(world: WearingWorld, digest: Digest): Promise<(Pinned & { intent: string | null }) | null> {
  const { masque } = await readPinned(world.paths.store, digest, world.masqueReader);
  const donned = Object.values(readState(world.project).state.sessions).find(
    ({ worn }) => worn?.digest === digest,
  )?.worn;
  const category = textAttribute(masque, "category");
  return {
    name: masque.name,
    version: masque.version,
    digest,
    source: donned?.source ?? (sharedByDigest(digest) ? "shared" : "private"),
    ...(category === undefined ? {} : { category }),
    hasVerbs: masque.spinnerVerbs !== undefined,
    intent: donned?.intent ?? null,
  };
}
