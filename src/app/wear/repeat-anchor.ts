import type { SessionId } from "../../kernel/ids.ts";
import { anchorElement } from "../../masque/identity-block.ts";
import { readPinned } from "../../masque/store.ts";
import { readAnchorCount, writeAnchorCount } from "../../session/anchor-count.ts";
import { readState } from "../../session/session-file.ts";
import type { Wearing } from "../../session/state.ts";
import type { WearingWorld } from "../edges.ts";

/**
 * A masque's anchor, repeated every N prompts. The prompt that comes right after the identity block starts the count: it reads
 * the setting and the masque once. Each prompt after that reads and writes one small file.
 */

/** A prompt, as the hook sees it. */
export type CountedPrompt = {
  readonly session: SessionId;
  readonly promptId: string | null;
  /** A slash command says nothing to the agent by itself, so it is not counted. */
  readonly isCommand: boolean;
};

/** Counts a prompt, and answers the text to add to it, or `null`. @param every Reads the setting: 0 repeats nothing. */
export async function countPrompt(
  world: WearingWorld,
  { session, promptId, isCommand }: CountedPrompt,
  worn: Wearing,
  every: () => Promise<number>,
): Promise<string | null> {
  if (isCommand) return null;
  const { sessions } = world.paths;
  const { masqueSession } = worn;
  const counted = readAnchorCount(sessions, session, masqueSession);
  if (counted && (counted.left === null || (promptId !== null && promptId === counted.prompt))) return null;
  const keep = (left: number | null) => writeAnchorCount(sessions, session, { masqueSession, left, prompt: promptId });
  if (counted && counted.left !== null && counted.left > 1) {
    keep(counted.left - 1);
    return null;
  }
  const anchor = await anchorOf(world, worn);
  const next = anchor === undefined ? 0 : await every();
  keep(next === 0 ? null : next);
  return counted === null || anchor === undefined || next === 0 ? null : anchorElement(worn.name, anchor);
}

/** Whether the next prompt of this session may be answered with its anchor. */
export function isAnchorDue({ paths }: WearingWorld, session: SessionId): boolean {
  const { worn } = readState(paths.sessions, session).state;
  const counted = worn && readAnchorCount(paths.sessions, session, worn.masqueSession);
  return counted !== null && counted.left !== null && counted.left <= 1;
}

async function anchorOf(world: WearingWorld, { digest }: Wearing): Promise<string | undefined> {
  return (await readPinned(world.paths.store, digest, world.masqueReader)).masque.anchor;
}
