import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readBounded } from "../kernel/files/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type Digest, parseDigest } from "../kernel/text/digest.ts";
import { parseJson } from "../kernel/text/json.ts";
import { count, orNull, parsedBy, recordOf, type Shape, string } from "../kernel/text/json-shape.ts";
import { indexOfUnprintable } from "../kernel/text/printable.ts";
import { type FileStamp, isIsoNano } from "./file-stamp.ts";
import { fileNameOf, type Masque, type MasqueName, parseName, textAttribute } from "./masque.ts";

/**
 * `manifest.yaml`, the cache that makes listing a private folder fast. The file is YAML, and each masque in it is one line of
 * JSON, so that masque reads it without a YAML parser. A file that masque would not have written is ignored and written
 * again.
 */

/** The manifest's name in the private folder. */
export const MANIFEST_FILE = "manifest.yaml";

/** What a listing shows of a masque. Absent attributes are `null`. */
export type MasqueSummary = {
  readonly name: MasqueName;
  readonly version: string;
  readonly domain: string | null;
  readonly tagline: string | null;
  readonly category: string | null;
  readonly digest: Digest;
};

/** A summary with the size in bytes and the time of change of the file that it was read from. */
export type ManifestEntry = MasqueSummary & FileStamp;

/** A manifest as it was read. */
export type Manifest = {
  /** ISO 8601 in UTC. */
  readonly generatedAt: string;
  /** By the name of the masque's file. */
  readonly entries: ReadonlyMap<string, ManifestEntry>;
};

const HEADER = "# Written by masque: a cache of this folder, renewed when a file in it changes. Edits are lost.";

/** The manifest as text. */
export function manifestText(entries: readonly ManifestEntry[], generatedAt: string): string {
  const head = `${HEADER}\ngenerated_at: ${JSON.stringify(generatedAt)}\n`;
  if (entries.length === 0) return `${head}masques: []\n`;
  return `${head}masques:\n${entries.map((entry) => `  - ${JSON.stringify(entry)}\n`).join("")}`;
}

/** The manifest at a path, or `undefined` when there is none that masque could have written. */
export function readManifest(path: string): Manifest | undefined {
  const lines = readText(path)?.split("\n");
  const generatedAt = /^generated_at: "([^"]+)"$/.exec(lines?.[1] ?? "")?.[1] ?? "";
  if (!lines || lines[0] !== HEADER || !isIsoNano(generatedAt)) return undefined;
  const entries = new Map<string, ManifestEntry>();
  for (const line of lines.slice(3, -1)) {
    const entry = line.startsWith("  - ") ? parseEntry(line.slice(4)) : undefined;
    if (!entry) return undefined;
    entries.set(fileNameOf(entry.name), entry);
  }
  return { generatedAt, entries };
}

/** What a listing shows of a checked masque. */
export function summaryOf(masque: Masque, digest: Digest): MasqueSummary {
  return {
    name: masque.name,
    version: masque.version,
    domain: textAttribute(masque, "domain") ?? null,
    tagline: textAttribute(masque, "tagline") ?? null,
    category: textAttribute(masque, "category") ?? null,
    digest,
  };
}

/** A file that cannot be read as a manifest counts as missing: it is only a cache. */
function readText(path: string): string | undefined {
  const tooLarge = () => new MasqueError("file.unreadable", `"${path}" is larger than any manifest`);
  try {
    return readBounded(path, LIMITS.manifestBytesMax, tooLarge)?.toString("utf8");
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function parseEntry(text: string): ManifestEntry | undefined {
  const entry = entryIn(parseJson(text));
  return entry && indexOfUnprintable(Object.values(entry).join("")) === -1 ? entry : undefined;
}

const entryIn: Shape<ManifestEntry> = recordOf({
  name: parsedBy(nameIn),
  version: string,
  domain: orNull(string),
  tagline: orNull(string),
  category: orNull(string),
  digest: parsedBy(parseDigest),
  size: count,
  mtime: string,
});

function nameIn(text: string): MasqueName | undefined {
  try {
    return parseName(text);
  } catch (error) {
    if (error instanceof MasqueError) return undefined;
    throw error;
  }
}
