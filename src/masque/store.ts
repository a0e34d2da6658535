import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { makePrivateFolder, readUnlinked, replaceCache, replaceFile } from "../kernel/files/files.ts";
import { removeStaleTemporaries } from "../kernel/files/stale-temporaries.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type Digest, digestHex, digestOf } from "../kernel/text/digest.ts";
import { parseJson } from "../kernel/text/json.ts";
import { MASQUE_FILE_SUFFIX, type Masque, type ResolvedMasque } from "./masque.ts";
import { isMasqueShaped } from "./masque-shape.ts";
import { type MasqueReader, SCHEMA_VERSION } from "./reading.ts";

/**
 * The content store: masque files by the digest of their bytes, each with the checked masque as JSON. That JSON saves loading
 * YAML and the schema again. It is trusted because only this user can write the store, and only for bytes that still have the
 * digest in its name.
 */

/** The path of a pinned masque's file. */
export function pinnedPath(store: string, digest: Digest): string {
  return join(store, `${digestHex(digest)}${MASQUE_FILE_SUFFIX}`);
}

/**
 * Keeps a masque's bytes and the checked masque. What is there already and undamaged is left alone.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function pinMasque(store: string, { masque, digest, bytes }: ResolvedMasque): void {
  const path = pinnedPath(store, digest);
  if (!hasDigest(readStored(path, LIMITS.masqueFileBytesMax), digest)) {
    makePrivateFolder(store);
    replaceFile(path, bytes);
    removeStaleTemporaries(store);
  }
  if (!recallVerdict(store, digest)) rememberVerdict(store, digest, masque);
}

/**
 * A pinned masque, without checking it again where it is remembered.
 *
 * @throws {MasqueError} `masque.pin-damaged` when its bytes are gone or no longer have their digest.
 */
export async function readPinned(
  store: string,
  digest: Digest,
  reader: () => Promise<MasqueReader>,
): Promise<{ masque: Masque; bytes: Uint8Array }> {
  const path = pinnedPath(store, digest);
  const bytes = readStored(path, LIMITS.masqueFileBytesMax);
  if (!bytes) throw damaged(path, "it is not there");
  if (!hasDigest(bytes, digest)) throw damaged(path, "its bytes are not those that were pinned");
  const remembered = recallVerdict(store, digest);
  if (remembered) return { masque: remembered, bytes };
  const reading = (await reader())(bytes, path);
  if (reading.kind === "invalid") throw damaged(path, "this version of masque no longer takes it for valid");
  return { masque: reading.masque, bytes };
}

/** The checked masque of some bytes, when they were checked before with today's schema. */
export function recallVerdict(store: string, digest: Digest): Masque | undefined {
  const bytes = readStored(verdictPath(store, digest), LIMITS.verdictBytesMax);
  const value = bytes && parseJson(bytes.toString("utf8"));
  return isMasqueShaped(value) ? value : undefined;
}

/**
 * Remembers that these bytes are valid, and what they say.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function rememberVerdict(store: string, digest: Digest, masque: Masque): void {
  makePrivateFolder(store);
  replaceCache(verdictPath(store, digest), JSON.stringify(masque));
}

function verdictPath(store: string, digest: Digest): string {
  return join(store, `${digestHex(digest)}.v${SCHEMA_VERSION}.json`);
}

/** A file that cannot be read counts as missing: it is written again, or its source is read again. */
function readStored(path: string, bytesMax: number): Buffer | undefined {
  try {
    return readUnlinked(
      path,
      bytesMax,
      (bytes) => new MasqueError("masque.pin-damaged", `"${path}" is ${bytes} bytes`),
    );
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function hasDigest(bytes: Uint8Array | undefined, digest: Digest): boolean {
  return bytes !== undefined && digestOf(bytes) === digest;
}

function damaged(path: string, found: string): MasqueError {
  return new MasqueError("masque.pin-damaged", `Cannot read the pinned masque "${path}": ${found}`, {
    hint: "doff, then don the masque again",
  });
}
