import { basename, dirname, join } from "node:path";
import { MasqueError } from "../kernel/errors.ts";
import { statOrUndefined } from "../kernel/files/files.ts";
import { type Digest, digestOf } from "../kernel/text/digest.ts";
import { nearest } from "../kernel/text/nearest.ts";
import { plural } from "../kernel/text/plural.ts";
import { printableLine } from "../kernel/text/printable.ts";
import { shellQuoted } from "../kernel/text/shell-quoted.ts";
import { fileNameOf, MASQUE_FILE_SUFFIX, type Masque, type MasqueName, type ResolvedMasque, slugOf } from "./masque.ts";
import { masqueFilesIn, readMasqueFile } from "./private-folder.ts";
import { problemText } from "./problem-text.ts";
import type { MasqueReader } from "./reading.ts";
import { sharedBySlug, sharedSummaries, sharedSummary } from "./shared.ts";
import { recallVerdict, rememberVerdict } from "./store.ts";

/** Where masques are looked up: the user's own folder before what the binary brings. */
export type CatalogPlace = {
  readonly privateFolder: string;
  /** The content store, which remembers what was checked. */
  readonly store: string;
  /** Loads YAML and the schema: called only for bytes that were never read before. */
  readonly reader: () => Promise<MasqueReader>;
};

/**
 * The masque with a name: private before shared, case ignored, never a path. An empty private file hides no shared masque:
 * a shell makes such a file before `masque inspect codesmith --raw > …/codesmith.masque.yaml` starts.
 *
 * @throws {MasqueError} `masque.not-found` with the nearest name; `masque.invalid` with the problems as `detail`;
 *   `masque.too-large` and `file.unreadable` for a private file that cannot be read.
 */
export async function findMasque(name: MasqueName, place: CatalogPlace): Promise<ResolvedMasque> {
  const path = join(place.privateFolder, fileNameOf(name));
  const bytes = readMasqueFile(path);
  if (bytes && bytes.length > 0) return await resolvePrivate(path, bytes, place);
  const shared = sharedBySlug(slugOf(name));
  if (shared) return shared;
  if (bytes) return await resolvePrivate(path, bytes, place);
  throw notFound(name, place.privateFolder);
}

/** The digest that a name resolves to now, without reading what it says; `null` when there is no such file to read. */
export function currentDigest(name: MasqueName, privateFolder: string): Digest | null {
  try {
    const bytes = readMasqueFile(join(privateFolder, fileNameOf(name)));
    return bytes && bytes.length > 0 ? digestOf(bytes) : (sharedSummary(slugOf(name))?.digest ?? null);
  } catch (error) {
    // An unreadable file is not a newer version. `don` reports what is wrong with the file.
    if (error instanceof MasqueError) return null;
    throw error;
  }
}

/**
 * Checks one private file's bytes, unless the store remembers that they were checked before.
 *
 * @throws {MasqueError} `masque.invalid`
 */
export async function resolvePrivate(
  path: string,
  bytes: Uint8Array,
  place: CatalogPlace & { readonly files?: readonly string[] },
): Promise<ResolvedMasque> {
  const digest = digestOf(bytes);
  const masque = recallVerdict(place.store, digest) ?? (await readAndRemember(path, bytes, digest, place));
  if (basename(path) !== fileNameOf(masque.name)) throw misnamed(path, masque, place.files);
  return { masque, source: "private", digest, bytes, path };
}

async function readAndRemember(path: string, bytes: Uint8Array, digest: Digest, place: CatalogPlace): Promise<Masque> {
  const reading = (await place.reader())(bytes, path);
  if (reading.kind === "valid") {
    rememberIfPossible(place.store, digest, reading.masque);
    return reading.masque;
  }
  const errors = reading.problems.filter(({ severity }) => severity === "error");
  throw new MasqueError("masque.invalid", `Cannot use "${path}": ${plural(errors.length, "error")}`, {
    detail: reading.problems.map(problemText).join("\n"),
    try: `masque validate ${shellQuoted(path)}`,
    hint: "correct the file, then check it with this command",
  });
}

/** Remembering only saves time: where the store cannot be written, looking a masque up still works. */
function rememberIfPossible(store: string, digest: Digest, masque: Masque): void {
  try {
    rememberVerdict(store, digest, masque);
  } catch (error) {
    if (!(error instanceof MasqueError) || error.code !== "file.unwritable") throw error;
  }
}

function misnamed(
  path: string,
  { name }: Masque,
  files: readonly string[] = masqueFilesIn(dirname(path)),
): MasqueError {
  const { found, hint } = misnaming(path, name, files);
  return new MasqueError("masque.invalid", `Cannot use "${path}": ${found}`, { hint });
}

/**
 * What is wrong with a file that is not named for its masque, and what to do. Masque names are unique because file names
 * are. Where another file has the right name, or should have it too, renaming would overwrite one of the two files.
 *
 * @param files The names of the masque files in the same folder.
 */
export function misnaming(
  path: string,
  name: MasqueName,
  files: readonly string[],
): { readonly found: string; readonly hint: string } {
  const proper = fileNameOf(name);
  const rival = rivalOf(path, proper, files);
  if (rival === undefined) {
    return {
      found: `the masque in it is "${name}", whose file is "${proper}"`,
      hint: `rename the file to "${proper}", or change the name in it`,
    };
  }
  return {
    found: `the masque in it is "${name}", and so is the one in "${rival}": names are unique`,
    hint: "change the name in one of the two files, or move one of them out of the folder",
  };
}

function rivalOf(path: string, proper: string, files: readonly string[]): string | undefined {
  if (statOrUndefined(join(dirname(path), proper))) return proper;
  const alike = files.filter((file) => file.length === proper.length && file !== basename(path));
  return alike.find((file) => properCase(file) === proper);
}

function properCase(file: string): string {
  return file.toLowerCase().replace(/[ _]/g, "-");
}

function notFound(name: MasqueName, privateFolder: string): MasqueError {
  const files = masqueFilesIn(privateFolder);
  const misspelt = files.find((file) => properCase(file) === fileNameOf(name));
  if (misspelt) {
    return new MasqueError(
      "masque.not-found",
      `Cannot find "${name}": the file "${misspelt}" is not found by its name`,
      {
        hint: `rename it to "${fileNameOf(name)}" in "${privateFolder}"`,
      },
    );
  }
  const names = [
    ...sharedSummaries().map((summary) => summary.name),
    ...files.map((file) => printableLine(file.slice(0, -MASQUE_FILE_SUFFIX.length))),
  ];
  const near = nearest(name, names);
  return new MasqueError("masque.not-found", `Cannot find "${name}": no masque has that name`, {
    try: "masque list",
    hint: near ? `did you mean "${near}"?` : undefined,
  });
}
