import type { Deps } from "../../deps.ts";
import type { ListingPlace } from "../../masque/sync-manifest.ts";

/** Where this world's catalog lies, and what time it is there. */
export function catalogPlace(deps: Pick<Deps, "paths" | "masqueReader" | "clock">): ListingPlace {
  return {
    privateFolder: deps.paths.masques,
    store: deps.paths.store,
    reader: deps.masqueReader,
    nowUnixNano: deps.clock.nowUnixNano(),
  };
}
