import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { createFile } from "../../kernel/files/create-file.ts";
import type { Digest } from "../../kernel/text/digest.ts";
import type { YamlText } from "../../kernel/text/edit-yaml.ts";
import type { World } from "../../kernel/world.ts";
import { findMasque } from "../../masque/catalog.ts";
import { fileNameOf, type Masque, type MasqueName, type ResolvedMasque, slugOf } from "../../masque/masque.ts";
import type { Edges } from "../edges.ts";
import { catalogPlace } from "./catalog-place.ts";

/** The world with what forking needs of the edges. */
export type ForkingWorld = World & Pick<Edges, "masqueReader" | "yamlEditor">;

/** A new private masque, and what it was made of. */
export type Fork = {
  readonly name: MasqueName;
  readonly version: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly from: Pick<ResolvedMasque, "source" | "digest"> & Pick<Masque, "name" | "version">;
};

/** The version of a fork with a name of its own: its scores are not those of the masque that it was made of. */
const FIRST_VERSION = "0.1.0";

/**
 * Copies a masque into the private folder, byte for byte apart from three texts: a new name, with it the version, and
 * `attributes.forkedFrom`, which says what was copied.
 *
 * @throws {MasqueError} what {@link findMasque} throws; `masque.exists` where a file has the name; `masque.fork-failed` where the
 *   texts cannot be set without changing something else; `file.unwritable`
 */
export async function forkMasque(
  world: ForkingWorld,
  name: MasqueName,
  newName: MasqueName | undefined,
): Promise<Fork> {
  const origin = await findMasque(name, catalogPlace(world));
  const { masque, source, digest } = origin;
  const isRenamed = newName !== undefined && slugOf(newName) !== slugOf(masque.name);
  const fork = {
    name: newName ?? masque.name,
    version: isRenamed ? FIRST_VERSION : masque.version,
    from: { name: masque.name, version: masque.version, source, digest },
  };
  const path = join(world.paths.masques, fileNameOf(fork.name));
  const bytes = await forkedBytes(world, origin, fork);
  if (createFile(path, bytes)) return { ...fork, path, bytes };
  throw new MasqueError("masque.exists", `Cannot fork "${masque.name}": "${path}" exists`, {
    hint: `choose another name: masque fork ${slugOf(masque.name)} <new-name>`,
  });
}

/** What `attributes.forkedFrom` says: name, version and digest. */
export function forkedFrom({ name, version, digest }: Fork["from"]): string {
  return `${name} ${version} ${digest satisfies Digest}`;
}

async function forkedBytes(
  world: ForkingWorld,
  { masque, bytes }: ResolvedMasque,
  { name, version, from }: Pick<Fork, "name" | "version" | "from">,
): Promise<Uint8Array> {
  const texts: YamlText[] = [{ path: ["attributes", "forkedFrom"], text: forkedFrom(from) }];
  if (name !== masque.name) texts.push({ path: ["name"], text: name });
  if (version !== masque.version) texts.push({ path: ["version"], text: version });
  const [setTexts, read] = [await world.yamlEditor(), await world.masqueReader()];
  const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const mark = whole.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const forked = new TextEncoder().encode(mark + setTexts(whole.slice(mark.length), texts));
  const reading = read(forked, fileNameOf(name));
  const wanted = { ...masque, name, version, attributes: { ...masque.attributes, forkedFrom: forkedFrom(from) } };
  if (reading.kind === "valid" && Bun.deepEquals(reading.masque, wanted)) return forked;
  throw new MasqueError("masque.fork-failed", `Cannot fork "${masque.name}": its file is written in an unusual way`, {
    hint: `copy the file, then change its name: masque inspect ${slugOf(masque.name)} --raw`,
  });
}

const BYTE_ORDER_MARK = "\ufeff";
