import type { SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { findMasque } from "../masque/catalog.ts";
import { assertBlockFits, identityBlock } from "../masque/identity-block.ts";
import { parseName } from "../masque/masque.ts";
import { pinMasque } from "../masque/store.ts";
import { changeState } from "../session/session-file.ts";
import { isOpen, type Wearing, wornIn } from "../session/state.ts";
import { donTransition } from "../session/transition.ts";
import type { WearingWorld } from "./edges.ts";
import { momentOf, pinnedFrom, refreshSpinner, sessionPlace } from "./wearing.ts";

/** Which masque, for which agent session, to do what. */
export type DonInput = { readonly name: string; readonly intent: string | null; readonly session: SessionId };

/** What donning came to. `block` is what the agent reads. */
export type DonOutcome = {
  readonly worn: Wearing;
  readonly warnings: readonly string[];
} & (
  | { readonly kind: "donned"; readonly block: string }
  | { readonly kind: "already-worn"; readonly wasAway: boolean }
);

/**
 * Puts a masque on: pins its bytes, records the session, shows its verbs.
 *
 * @throws {MasqueError} `masque.*` before anything is changed; `lock.timeout`, `file.unwritable`, `session.unreadable`
 *   or `telemetry.write-failed` while changing, each leaving a state that the next command completes.
 */
export async function don(world: WearingWorld, input: DonInput): Promise<DonOutcome> {
  const resolved = await findMasque(parseName(input.name), {
    privateFolder: world.paths.masques,
    store: world.paths.store,
    reader: world.masqueReader,
  });
  const block = (replaces: string | null) => identityBlock({ ...resolved, intent: input.intent, replaces });
  assertBlockFits(block(null));
  pinMasque(world.paths.store, resolved);
  const changed = await changeState(sessionPlace(world), LIMITS.lockWaitMs, async (state, save) => {
    const before = wornIn(state, input.session);
    const text = block(before?.name ?? null);
    assertBlockFits(text);
    const next = await save(donTransition(state, input.session, pinnedFrom(resolved, input.intent), momentOf(world)));
    const warnings = await refreshSpinner(world, { before: state, after: next }, save);
    const worn = wornIn(next, input.session);
    if (!worn) throw new TypeError("A masque was donned and is not worn");
    if (before?.digest !== worn.digest) return { kind: "donned", worn, warnings, block: text } as const;
    return { kind: "already-worn", worn, warnings, wasAway: !isOpen(before) } as const;
  });
  return { ...changed.result, warnings: [...changed.warnings, ...changed.result.warnings] };
}
