import { MasqueError } from "../../kernel/errors.ts";
import { findMasque } from "../../masque/catalog.ts";
import { parseName, type ResolvedMasque } from "../../masque/masque.ts";
import { pinnedPath, readPinned } from "../../masque/store.ts";
import type { WearingWorld } from "../edges.ts";
import { wornNow } from "../wear/worn.ts";
import { catalogPlace } from "./catalog-place.ts";

/**
 * The masque to show: with a name, the one in the catalog now; without a name, the pinned copy of what is worn.
 *
 * @throws {MasqueError} what `findMasque` or `readPinned` throw; `session.nothing-worn` where neither a name is given nor a
 *   masque worn.
 */
export async function masqueToInspect(world: WearingWorld, name: string | undefined): Promise<ResolvedMasque> {
  const { store } = world.paths;
  if (name !== undefined) {
    return await findMasque(parseName(name), catalogPlace(world));
  }
  const { worn } = wornNow(world, world.agentSession().id);
  if (!worn) {
    throw new MasqueError("session.nothing-worn", "Cannot inspect what is worn: this session wears no masque", {
      try: "masque list",
      hint: "name a masque: masque inspect <name>",
    });
  }
  const { masque, bytes } = await readPinned(store, worn.digest, world.masqueReader);
  return { masque, bytes, source: worn.source, digest: worn.digest, path: pinnedPath(store, worn.digest) };
}
