import type { SessionId } from "../../kernel/ids.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { findMasque } from "../../masque/catalog.ts";
import { assertBlockFits, identityBlock } from "../../masque/identity-block.ts";
import { type Masque, parseName } from "../../masque/masque.ts";
import { pinMasque } from "../../masque/store.ts";
import { dropAnchorCount } from "../../session/anchor-count.ts";
import { changeState } from "../../session/session-file.ts";
import { isOpen, type Wearing } from "../../session/state.ts";
import { donTransition } from "../../session/transition.ts";
import type { WearingWorld } from "../edges.ts";
import { catalogPlace } from "../masques/catalog-place.ts";
import { migrateProjectState } from "./migrate-project-state.ts";
import { showVerbs } from "./show-verbs.ts";
import { tidyAfterNew } from "./tidy.ts";
import { momentOf, pinnedFrom, sessionPlace } from "./wearing.ts";

/** The masque to put on, the agent session, and what the masque is for. */
export type DonInput = { readonly name: string; readonly intent: string | null; readonly session: SessionId };

/** The result of a don. `block` is the identity block, which the agent reads. */
export type DonOutcome = {
  readonly worn: Wearing;
  readonly masque: Masque;
  readonly warnings: readonly string[];
} & (
  | { readonly kind: "donned"; readonly block: string }
  | { readonly kind: "already-worn"; readonly wasAway: boolean; readonly isIntentNew: boolean }
);

/**
 * Puts a masque on: pins its bytes, records the session, shows its verbs. Where the masque is worn already, a new intent
 * replaces the old one.
 *
 * @throws {MasqueError} `masque.*` before anything is changed; `lock.timeout`, `file.unwritable`, `session.unreadable`
 *   or `telemetry.write-failed` while changing, each leaving a state that the next command completes.
 */
export async function don(world: WearingWorld, input: DonInput): Promise<DonOutcome> {
  const resolved = await findMasque(parseName(input.name), catalogPlace(world));
  const block = (replaces: string | null) => identityBlock({ ...resolved, intent: input.intent, replaces });
  assertBlockFits(block(null));
  pinMasque(world.paths.store, resolved);
  const moved = await migrateProjectState(world);
  const changing = { session: input.session, waitMs: LIMITS.lockWaitMs, follow: showVerbs(world) };
  const changed = await changeState(sessionPlace(world), changing, (state) => {
    const text = block(state.worn?.name ?? null);
    assertBlockFits(text);
    return {
      next: donTransition(state, pinnedFrom(resolved, input.intent), momentOf(world)),
      result: { before: state.worn, isFirst: state.worn === null && state.before.length === 0, text },
    };
  });
  const { before, isFirst, text } = changed.result;
  const { worn } = changed.state;
  if (!worn) throw new TypeError("A masque was donned and is not worn");
  if (isFirst) tidyAfterNew(world);
  else dropAnchorCount(world.paths.sessions, input.session);
  const warnings = [...moved, ...changed.warnings];
  const common = { worn, masque: resolved.masque, warnings };
  if (before?.digest !== worn.digest) return { ...common, kind: "donned", block: text };
  return { ...common, kind: "already-worn", wasAway: !isOpen(before), isIntentNew: before.intent !== worn.intent };
}
