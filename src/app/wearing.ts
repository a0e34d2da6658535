import type { Digest } from "../kernel/digest.ts";
import { MasqueError } from "../kernel/errors.ts";
import { parseMasqueSessionId } from "../kernel/ids.ts";
import type { World } from "../kernel/world.ts";
import { type ResolvedMasque, type SpinnerVerbs, textAttribute } from "../masque/masque.ts";
import { readPinned } from "../masque/store.ts";
import type { SaveState, SessionPlace } from "../session/session-file.ts";
import { openWearings, type SessionState } from "../session/state.ts";
import type { Moment, Pinned } from "../session/transition.ts";
import type { WearingWorld } from "./edges.ts";

/** What don, doff and the hooks share: where the state lies, what moment it is, and whose verbs the host shows. */

/** Where this world's session state and events lie. */
export function sessionPlace(world: WearingWorld): SessionPlace {
  return { project: world.project, events: world.paths.events, serializer: world.eventSerializer };
}

/** A masque as the session state keeps it. */
export function pinnedFrom(
  { masque, digest, source }: Pick<ResolvedMasque, "masque" | "digest" | "source">,
  intent: string | null,
): Pinned & { readonly intent: string | null } {
  const category = textAttribute(masque, "category");
  return {
    name: masque.name,
    version: masque.version,
    digest,
    source,
    ...(category === undefined ? {} : { category }),
    hasVerbs: masque.spinnerVerbs !== undefined,
    intent,
  };
}

/** Now, in this project. */
export function momentOf(world: World): Moment {
  const newMasqueSession = parseMasqueSessionId(world.newId());
  if (!newMasqueSession) throw new TypeError("A new id is not an id");
  return { unixNano: String(world.clock.nowUnixNano()), project: world.project, newMasqueSession };
}

/**
 * Makes the host show the verbs of the latest masque that is worn here and has some, or its own when there is none.
 * Where a change of state changes nothing about that, the settings are not looked at: most spans open and close so.
 * The record of what is shown is saved in the state before the settings change, so that a crash can be undone.
 *
 * @returns Warnings for people: a settings file that could not be edited never stops a don.
 */
export async function refreshSpinner(
  world: WearingWorld,
  { before, after }: { before: SessionState; after: SessionState },
  save: SaveState,
): Promise<readonly string[]> {
  const digest = shownDigest(after);
  if (digest === shownDigest(before) && (digest === null) === (after.spinner === null)) return [];
  const { verbs, warnings } = digest === null ? NO_VERBS : await verbsOf(world, digest);
  const showSpinner = await world.spinner();
  let current = after;
  const more = await showSpinner(world.project, after.spinner, verbs, async (spinner) => {
    current = await save({ ...current, spinner });
  });
  return [...warnings, ...more];
}

const NO_VERBS = { verbs: null, warnings: [] };

function shownDigest(state: SessionState): Digest | null {
  return openWearings(state).find((worn) => worn.hasVerbs)?.digest ?? null;
}

/** The verbs may be another agent's masque's: that its pinned bytes are damaged must not stop this one's don or doff. */
async function verbsOf(
  world: WearingWorld,
  digest: Digest,
): Promise<{ readonly verbs: SpinnerVerbs | null; readonly warnings: readonly string[] }> {
  try {
    const { masque } = await readPinned(world.paths.store, digest, world.masqueReader);
    return { verbs: masque.spinnerVerbs ?? null, warnings: [] };
  } catch (error) {
    if (!(error instanceof MasqueError) || error.code !== "masque.pin-damaged") throw error;
    return { verbs: null, warnings: [`${error.message}; its spinner verbs are not shown`] };
  }
}
