import { parseMasqueSessionId, realPath } from "../../kernel/ids.ts";
import type { World } from "../../kernel/world.ts";
import { type ResolvedMasque, textAttribute } from "../../masque/masque.ts";
import type { SessionPlace } from "../../session/session-file.ts";
import type { Donned, Moment } from "../../session/transition.ts";
import type { WearingWorld } from "../edges.ts";

/** What don, doff and the hooks share: where the state is kept, what time it is, and how a masque becomes state. */

/** Where this world's sessions and events are kept. */
export function sessionPlace(world: WearingWorld): SessionPlace {
  return { sessions: world.paths.sessions, events: world.paths.events, serializer: world.eventSerializer };
}

/** A masque as the session state keeps it. */
export function pinnedFrom(
  { masque, digest, source }: Pick<ResolvedMasque, "masque" | "digest" | "source">,
  intent: string | null,
): Donned {
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
  return {
    unixNano: String(world.clock.nowUnixNano()),
    project: world.project,
    projectRealPath: realPath(world.project),
    newMasqueSession,
  };
}
