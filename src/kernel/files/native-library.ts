import { lstatSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { MasqueError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { Paths } from "../paths.ts";
import { BUILD, type EmbeddedLibrary } from "../process/build.ts";
import { parseJson } from "../text/json.ts";
import { recordOf, string } from "../text/json-shape.ts";
import { makePrivateFolder, readUnlinked, replaceFile } from "./files.ts";
import { withLock } from "./lock.ts";

/**
 * The two native libraries, as files that the dynamic loader can open.
 *
 * The compiled binary holds them as zstd data. They are unpacked into the user's own cache, never into a temporary
 * folder that others share, and their digest is verified then. Verifying 70 MB at every start would take longer than
 * everything else a command does. So later a file is trusted while it and its folders are the user's own and its seal fits: size,
 * mtime, mode, and two facts that only the system sets, inode and time of change. A library that was prepared with a seal beside it,
 * in an archive or a restored cache, cannot have the right two. Where the seal does not fit, the digest is verified again, and a file
 * with another digest is replaced. Processes that unpack take turns.
 */

/** One of the native libraries that the binary carries. */
export type LibraryName = "duckdb" | "opentui";

/** Where a library is: `path` is `<root>/<npm package>/<file>`, the layout that `node_modules` has too. */
export type NativeLibrary = { readonly root: string; readonly path: string };

/** Where an unpacked library goes and what it must be: {@link EmbeddedLibrary} with its package and compressed bytes. */
export type PackedLibrary = Omit<EmbeddedLibrary, "asset"> & {
  readonly packageName: string;
  readonly compressed: () => Promise<Uint8Array>;
};

/** What is remembered of an unpacked file, as decimal strings: nanoseconds do not fit a JSON number. */
type Seal = { readonly [Part in keyof typeof SEAL]: string };

const PACKAGES = { duckdb: "@duckdb/node-bindings", opentui: "@opentui/core" } as const;
const SOURCE_FILES = {
  duckdb: { linux: "libduckdb.so", darwin: "libduckdb.dylib", win32: "duckdb.dll" },
  opentui: { linux: "libopentui.so", darwin: "libopentui.dylib", win32: "opentui.dll" },
} as const;
const OTHERS_WRITE = 0o022;
const SEAL = { size: string, mtimeNs: string, mode: string, dev: string, ino: string, ctimeNs: string };

/**
 * A native library on disk. The compiled binary unpacks the library first where it is not there yet.
 *
 * @throws {MasqueError} `library.unavailable` when it cannot be unpacked, or is not installed beside the sources.
 */
export async function nativeLibrary(name: LibraryName, paths: Pick<Paths, "libraries">): Promise<NativeLibrary> {
  const packageName = `${PACKAGES[name]}-${process.platform}-${process.arch}`;
  if (!BUILD.libraries) return installedLibrary(name, packageName);
  const embedded = BUILD.libraries[name];
  return unpackedLibrary({ ...embedded, packageName, compressed: () => embeddedBytes(embedded.asset) }, paths);
}

/** The library that the package manager installed, for running from source. */
function installedLibrary(name: LibraryName, packageName: string): NativeLibrary {
  const files: Readonly<Record<string, string>> = SOURCE_FILES[name];
  const fileName = files[process.platform];
  try {
    const manifest = Bun.resolveSync(`${packageName}/package.json`, import.meta.dir);
    const folder = dirname(manifest);
    return { root: dirname(dirname(folder)), path: join(folder, fileName ?? "") };
  } catch (error) {
    throw new MasqueError("library.unavailable", `Cannot load "${packageName}": it is not installed`, {
      try: "npm ci",
      hint: "the package supports Linux, macOS and Windows on x64 and arm64",
      cause: error,
    });
  }
}

async function embeddedBytes(asset: string): Promise<Uint8Array> {
  const embedded: readonly (Blob & { readonly name?: string })[] = Bun.embeddedFiles;
  const found = embedded.find((file) => file.name === asset);
  if (!found) throw new TypeError(`This binary was built without ${asset}`);
  return found.bytes();
}

/**
 * Finds a packed library under `paths.libraries`, or puts it there.
 *
 * @throws {MasqueError} `library.unavailable`
 */
export async function unpackedLibrary(library: PackedLibrary, paths: Pick<Paths, "libraries">): Promise<NativeLibrary> {
  const root = join(paths.libraries, library.sha256);
  const folder = join(root, library.packageName);
  const found = { root, path: join(folder, library.fileName) };
  try {
    if (isSealed(found, folder) || isVerified(library, found, folder)) return found;
    makePrivateFolder(paths.libraries);
    await withLock(join(paths.libraries, "unpack.lock"), LIMITS.libraryLockWaitMs, async () => {
      if (!isSealed(found, folder)) await unpack(library, found, folder);
    });
  } catch (error) {
    if (error instanceof MasqueError && error.code === "library.unavailable") throw error;
    throw unavailable(found.path, error instanceof Error ? error.message : String(error), error);
  }
  return found;
}

async function unpack(library: PackedLibrary, found: NativeLibrary, folder: string): Promise<void> {
  const bytes = Bun.zstdDecompressSync(await library.compressed());
  const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  if (sha256 !== library.sha256) throw unavailable(found.path, `its digest is ${sha256}, not ${library.sha256}`);
  // Nothing that is there can be trusted: it may be other bytes, a link, or a folder that others may write in.
  rmSync(found.root, { recursive: true, force: true });
  makePrivateFolder(folder);
  replaceFile(found.path, bytes);
  writeSeal(found.path);
}

function writeSeal(path: string): void {
  replaceFile(sealPath(path), `${JSON.stringify(sealOf(path))}\n`);
}

function isSealed(found: NativeLibrary, folder: string): boolean {
  const recorded = readSeal(sealPath(found.path));
  return recorded !== undefined && Bun.deepEquals(recorded, sealOf(found.path)) && isAllOurs(found, folder);
}

/** Whether the bytes are right although the seal is not, as in a copy. If so, a new seal is written where that is possible. */
function isVerified(library: PackedLibrary, found: NativeLibrary, folder: string): boolean {
  const stat = lstatSync(found.path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > LIMITS.libraryBytesMax || !isAllOurs(found, folder)) return false;
  if (new Bun.CryptoHasher("sha256").update(readFileSync(found.path)).digest("hex") !== library.sha256) return false;
  try {
    writeSeal(found.path);
  } catch (error) {
    // In a read-only image no seal can be written, so the library is verified at each start.
    if (!(error instanceof MasqueError) || error.code !== "file.unwritable") throw error;
  }
  return true;
}

function isAllOurs(found: NativeLibrary, folder: string): boolean {
  for (let inner = folder; inner.length >= found.root.length; inner = dirname(inner)) {
    if (!isOurs(inner, "folder")) return false;
  }
  return isOurs(found.path, "file");
}

function isOurs(path: string, kind: "file" | "folder"): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || (kind === "file" ? !stat.isFile() : !stat.isDirectory())) return false;
  const uid = process.getuid?.();
  // Windows has neither owners nor these modes: there the folder's place under the user's profile is what protects it.
  return uid === undefined || (stat.uid === uid && (stat.mode & OTHERS_WRITE) === 0);
}

function sealPath(path: string): string {
  return `${path}.json`;
}

function sealOf(path: string): Seal | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat) return undefined;
  const { size, mtimeNs, mode, dev, ino, ctimeNs } = stat;
  return {
    size: `${size}`,
    mtimeNs: `${mtimeNs}`,
    mode: `${mode}`,
    dev: `${dev}`,
    ino: `${ino}`,
    ctimeNs: `${ctimeNs}`,
  };
}

function readSeal(path: string): Seal | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > LIMITS.librarySealBytesMax || !isOurs(path, "file")) return undefined;
  const bytes = readUnlinked(path, LIMITS.librarySealBytesMax, (size) =>
    unavailable(path, `its record has ${size} bytes`),
  );
  return bytes && recordOf(SEAL)(parseJson(bytes.toString("utf8")));
}

function unavailable(path: string, found: string, cause?: unknown): MasqueError {
  return new MasqueError("library.unavailable", `Cannot unpack "${path}": ${found}`, {
    hint: "make the cache folder writable, or set XDG_CACHE_HOME to a folder of yours that allows executing files",
    cause,
  });
}
