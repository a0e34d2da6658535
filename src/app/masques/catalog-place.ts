import type { World } from "../../kernel/world.ts";
import type { ListingPlace } from "../../masque/sync-manifest.ts";
import type { Edges } from "../edges.ts";

/** Where this world's masques are looked up and listed, and what time it is there. */
export function catalogPlace(world: Pick<World, "paths" | "clock"> & Pick<Edges, "masqueReader">): ListingPlace {
  return {
    privateFolder: world.paths.masques,
    store: world.paths.store,
    reader: world.masqueReader,
    nowUnixNano: world.clock.nowUnixNano(),
  };
}
