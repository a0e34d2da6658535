import { MasqueError } from "../../kernel/errors.ts";
import { findMasque } from "../../masque/catalog.ts";
import { parseName, type ResolvedMasque } from "../../masque/masque.ts";
import { pinnedPath, readPinned } from "../../masque/store.ts";
import type { WearingWorld } from "../edges.ts";
import { wornNow } from "../wear/worn.ts";
import { catalogPlace } from "./catalog-place.ts";

/**
 * The masque to look at: the one of a name as the catalog has it now, or the one worn as it was pinned.
 *
 * @throws {MasqueError} what `findMasque` or `readPinned` throw; `session.nothing-worn` without a name.
 */
export async function masqueToInspect(world: WearingWorld, name: string | undefined): Promise<ResolvedMasque> {
  const { store } = world.paths;
  if (name !== undefined) {
    return await findMasque(parseName(name), catalogPlace(world));
  }
  const { worn } = wornNow(world, world.agentSession().id);
  if (!worn) {
    throw new MasqueError("session.nothing-worn", "Cannot inspect what is worn: nothing is worn here", {
      try: "masque list",
      hint: "name a masque: masque inspect <name>",
    });
  }
  const { masque, bytes } = await readPinned(store, worn.digest, world.masqueReader);
  return { masque, bytes, source: worn.source, digest: worn.digest, path: pinnedPath(store, worn.digest) };
}
