import { join } from "node:path";
import type { ManifestEntry, MasqueSummary } from "./manifest.ts";
import { fileNameOf, type MasqueSource, slugOf } from "./masque.ts";
import { sharedSummaries, sharedSummary } from "./shared.ts";
import { type ListingPlace, syncPrivateManifest, type UnusableFile } from "./sync-manifest.ts";

/** One masque of the catalog. */
export type CatalogEntry = MasqueSummary & {
  readonly source: MasqueSource;
  /** The file of a private masque. */
  readonly path: string | null;
  /** The shared masque of the same name that a private one hides. */
  readonly hides: HiddenMasque | null;
};

/** The shared masque that cannot be worn, because a private one has the same name. */
export type HiddenMasque = Pick<MasqueSummary, "name" | "version" | "digest">;

/** All masques by name, and the private files that cannot be used. */
export type Catalog = { readonly entries: readonly CatalogEntry[]; readonly unusable: readonly UnusableFile[] };

/**
 * The catalog, sorted: private masques before shared ones of the same name. Files that have not changed are listed from the
 * private folder's manifest. An outdated manifest is written again, where that is possible.
 *
 * @throws {MasqueError} `file.unreadable` when the private folder cannot be read at all.
 */
export async function listMasques(place: ListingPlace): Promise<Catalog> {
  const { entries, unusable } = await syncPrivateManifest(place, "where-stale");
  const mine = entries.map((entry) => privateEntry(entry, place.privateFolder));
  const hidden = new Set(entries.map(({ name }) => slugOf(name)));
  const shared = sharedEntries().filter(({ name }) => !hidden.has(slugOf(name)));
  const all = [...mine, ...shared].sort((left, right) => (slugOf(left.name) < slugOf(right.name) ? -1 : 1));
  return { entries: all, unusable };
}

/** The masques that the binary brings. */
export function sharedEntries(): CatalogEntry[] {
  return sharedSummaries().map((summary) => ({ ...summary, source: "shared", path: null, hides: null }));
}

function privateEntry({ size: _size, mtime: _mtime, ...summary }: ManifestEntry, folder: string): CatalogEntry {
  return { ...summary, source: "private", path: join(folder, fileNameOf(summary.name)), hides: hiddenBy(summary) };
}

function hiddenBy({ name }: MasqueSummary): HiddenMasque | null {
  const shared = sharedSummary(slugOf(name));
  return shared ? { name: shared.name, version: shared.version, digest: shared.digest } : null;
}
