import { dirname, join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { replaceCache } from "../kernel/files/files.ts";
import { removeStaleTemporaries } from "../kernel/files/stale-temporaries.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type CatalogPlace, resolvePrivate } from "./catalog.ts";
import { isoNano, isTooYoung, isUnchanged, stampOf } from "./file-stamp.ts";
import { MANIFEST_FILE, type Manifest, type ManifestEntry, manifestText, readManifest, summaryOf } from "./manifest.ts";
import { masqueFilesIn, readMasqueFile } from "./private-folder.ts";

/** Where the catalog is, and what time it is: a manifest says nothing certain about files as young as itself. */
export type ListingPlace = CatalogPlace & { readonly nowUnixNano: bigint };

/** A private file that cannot be donned, and why. */
export type UnusableFile = { readonly path: string; readonly failure: MasqueError };

/** What a private folder holds, and whether its manifest was written. */
export type SyncedManifest = {
  readonly entries: readonly ManifestEntry[];
  readonly unusable: readonly UnusableFile[];
  readonly isWritten: boolean;
};

/**
 * Brings the private folder's manifest in line with the files. `where-stale` trusts the manifest for unchanged files, and
 * accepts a folder that cannot be written. `always` reads every file and must write the manifest.
 *
 * @throws {MasqueError} `file.unreadable` when the folder cannot be read; with `always` also `file.unwritable`.
 */
export async function syncPrivateManifest(place: ListingPlace, how: "where-stale" | "always"): Promise<SyncedManifest> {
  const path = join(place.privateFolder, MANIFEST_FILE);
  const former = readManifest(path);
  const now = isoNano(place.nowUnixNano);
  const entries: ManifestEntry[] = [];
  const files = masqueFilesIn(place.privateFolder);
  const unusable = beyondBound(files.length, place.privateFolder);
  let isStale = how === "always";
  for (const file of files.slice(0, LIMITS.privateMasquesMax)) {
    const found = await entryOf(file, { ...place, files }, how === "always" ? undefined : former);
    if ("failure" in found) {
      unusable.push(found);
    } else {
      entries.push(found.entry);
      // A manifest that is written now is too young to be trusted for this file too: that does not justify a write.
      isStale ||= !found.isFromManifest && !(isInManifest(found.entry, former) && isTooYoung(found.entry, now));
    }
  }
  isStale ||= entries.length !== (former?.entries.size ?? 0);
  if (!isStale || (entries.length === 0 && !former)) return { entries, unusable, isWritten: false };
  return { entries, unusable, isWritten: writeManifest(path, manifestText(entries, now), how) };
}

function beyondBound(count: number, folder: string): UnusableFile[] {
  const bound = LIMITS.privateMasquesMax;
  if (count <= bound) return [];
  const message = `Cannot list all of "${folder}": it holds ${count} masques, and the first ${bound} are looked at`;
  return [{ path: folder, failure: new MasqueError("masque.too-large", message, { hint: "move some away" }) }];
}

type FoundEntry = { readonly entry: ManifestEntry; readonly isFromManifest: boolean };

async function entryOf(
  file: string,
  place: ListingPlace & { readonly files: readonly string[] },
  manifest: Manifest | undefined,
): Promise<FoundEntry | UnusableFile> {
  const path = join(place.privateFolder, file);
  try {
    const stamp = stampOf(path);
    const known = manifest?.entries.get(file);
    if (manifest && known && isUnchanged(known, stamp) && !isTooYoung(known, manifest.generatedAt)) {
      return { entry: known, isFromManifest: true };
    }
    const bytes = readMasqueFile(path);
    if (!bytes) throw new MasqueError("file.unreadable", `Cannot read "${path}": it is gone`);
    const { masque, digest } = await resolvePrivate(path, bytes, place);
    return { entry: { ...summaryOf(masque, digest), ...stamp }, isFromManifest: false };
  } catch (failure) {
    if (failure instanceof MasqueError) return { path, failure };
    throw failure;
  }
}

function isInManifest(entry: ManifestEntry, manifest: Manifest | undefined): boolean {
  return [...(manifest?.entries.values() ?? [])].some(
    (known) => known.digest === entry.digest && isUnchanged(known, entry),
  );
}

function writeManifest(path: string, text: string, how: "where-stale" | "always"): boolean {
  try {
    replaceCache(path, text);
    removeStaleTemporaries(dirname(path));
    return true;
  } catch (error) {
    if (how === "where-stale" && error instanceof MasqueError && error.code === "file.unwritable") return false;
    throw error;
  }
}
