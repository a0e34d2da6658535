import { MasqueError } from "../../kernel/errors.ts";
import type { World } from "../../kernel/world.ts";
import { type Catalog, type CatalogEntry, listMasques } from "../../masque/list-masques.ts";
import { parseName, slugOf } from "../../masque/masque.ts";
import { readState } from "../../session/session-file.ts";
import type { WearingWorld } from "../edges.ts";
import { catalogPlace } from "./catalog-place.ts";

/** One masque of the catalog, with whether this session wears a masque of that name. */
export type MarkedEntry = CatalogEntry & { readonly isWorn: boolean };

/** The catalog, marked. `warnings` says why the marks are missing where the session's file cannot be read. */
export type MarkedCatalog = {
  readonly entries: readonly MarkedEntry[];
  readonly unusable: Catalog["unusable"];
  readonly warnings: readonly string[];
};

/**
 * The catalog as this session sees it.
 *
 * @throws {MasqueError} what {@link listMasques} throws.
 */
export async function markedCatalog(world: WearingWorld): Promise<MarkedCatalog> {
  const { entries, unusable } = await listMasques(catalogPlace(world));
  const { slug, warnings } = wornSlug(world);
  return { entries: entries.map((entry) => ({ ...entry, isWorn: slugOf(entry.name) === slug })), unusable, warnings };
}

/** A session file that cannot be read does not stop a listing. */
function wornSlug(world: World): { readonly slug: string | null; readonly warnings: readonly string[] } {
  try {
    const { worn } = readState(world.paths.sessions, world.agentSession().id).state;
    return { slug: worn && slugOf(parseName(worn.name)), warnings: [] };
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    return { slug: null, warnings: [`what is worn is not marked: ${error.message}`] };
  }
}
