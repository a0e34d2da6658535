import type { SessionId } from "../../kernel/ids.ts";
import type { Digest } from "../../kernel/text/digest.ts";
import type { World } from "../../kernel/world.ts";
import { currentDigest } from "../../masque/catalog.ts";
import { parseName } from "../../masque/masque.ts";
import { isUnsettled, readState } from "../../session/session-file.ts";
import { isOpen, type Wearing } from "../../session/state.ts";

/** What an agent session wears now, and whether its file has changed since it was pinned. */
export type WornNow = {
  readonly worn: Wearing | null;
  /** The digest of the file as it is now, where the file has changed; `null` where it is the same or gone. */
  readonly newer: Digest | null;
  /** The file is gone, or can no longer be found under its name. */
  readonly isGone: boolean;
  /** Whether the last span is open: false between the end of a conversation and its resume. */
  readonly isOpen: boolean;
  readonly isStateCorrupt: boolean;
  /** A process died during a change: records are to be appended, or settings to be edited. */
  readonly isUnsettled: boolean;
};

/**
 * Reads what is worn; changes nothing and waits for no other process.
 *
 * @throws {MasqueError} `session.unreadable`
 */
export function wornNow(world: World, session: SessionId): WornNow {
  const { state, isCorrupt } = readState(world.paths.sessions, session);
  const { worn } = state;
  const base = { worn, isStateCorrupt: isCorrupt, isUnsettled: isUnsettled(state) };
  if (!worn) return { ...base, newer: null, isGone: false, isOpen: false };
  const current = currentDigest(parseName(worn.name), world.paths.masques);
  return {
    ...base,
    newer: current === null || current === worn.digest ? null : current,
    isGone: current === null,
    isOpen: isOpen(worn),
  };
}
