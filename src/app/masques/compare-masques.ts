import { basename, resolve } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { digestOf } from "../../kernel/text/digest.ts";
import { plural } from "../../kernel/text/plural.ts";
import { shellQuoted } from "../../kernel/text/shell-quoted.ts";
import { findMasque } from "../../masque/catalog.ts";
import { differencesOf, type FieldDifference } from "../../masque/difference.ts";
import { type MasqueName, parseName, type ResolvedMasque, slugOf } from "../../masque/masque.ts";
import { readMasqueFile } from "../../masque/private-folder.ts";
import { problemText } from "../../masque/problem-text.ts";
import { sharedBySlug } from "../../masque/shared.ts";
import { readPinned } from "../../masque/store.ts";
import type { WearingWorld } from "../edges.ts";
import { wornNow } from "../wear/worn.ts";
import { catalogPlace } from "./catalog-place.ts";

/** One side of a comparison, and where it comes from. */
export type ComparedMasque = Omit<ResolvedMasque, "source"> & {
  readonly source: ResolvedMasque["source"] | "worn" | "file";
};

/** Two masques, and the fields in which they differ. */
export type Comparison = {
  readonly before: ComparedMasque;
  readonly after: ComparedMasque;
  readonly fields: readonly FieldDifference[];
};

/**
 * Compares two masques, each a name or a file. One name alone is what is worn against its file as it is now; a masque that is not
 * worn, and hides a shared one, is compared with the shared one.
 *
 * @throws {MasqueError} `masque.not-found`, `masque.invalid` and what reading them throws; `session.nothing-worn` for one name
 *   that has nothing to be compared with.
 */
export async function compareMasques(world: WearingWorld, first: string, second?: string): Promise<Comparison> {
  const before = second === undefined ? await counterpartOf(world, parseName(first)) : await masqueAt(world, first);
  const after = await masqueAt(world, second ?? first);
  return { before, after, fields: differencesOf(before.masque, after.masque) };
}

/** Whether a word names a file: a name holds neither a slash nor a dot. */
function isPath(word: string): boolean {
  return /[/\\.]/.test(word);
}

async function masqueAt(world: WearingWorld, word: string): Promise<ComparedMasque> {
  if (!isPath(word)) return await findMasque(parseName(word), catalogPlace(world));
  const path = resolve(world.cwd, word);
  const bytes = readMasqueFile(path);
  if (!bytes) {
    throw new MasqueError("masque.not-found", `Cannot compare "${word}": there is no such file`, {
      hint: "name a masque or a masque file: masque diff <name> <file>",
    });
  }
  const reading = (await world.masqueReader())(bytes, basename(path));
  if (reading.kind === "valid") {
    return { masque: reading.masque, bytes, digest: digestOf(bytes), path, source: "file" };
  }
  const errors = reading.problems.filter(({ severity }) => severity === "error");
  throw new MasqueError("masque.invalid", `Cannot compare "${word}": ${plural(errors.length, "error")}`, {
    detail: reading.problems.map(problemText).join("\n"),
    try: `masque validate ${shellQuoted(path)}`,
  });
}

async function counterpartOf(world: WearingWorld, name: MasqueName): Promise<ComparedMasque> {
  const { worn } = wornNow(world, world.agentSession().id);
  if (worn && slugOf(parseName(worn.name)) === slugOf(name)) {
    const { masque, bytes } = await readPinned(world.paths.store, worn.digest, world.masqueReader);
    return { masque, bytes, digest: worn.digest, path: null, source: "worn" };
  }
  const found = await findMasque(name, catalogPlace(world));
  const shared = found.source === "private" ? sharedBySlug(slugOf(name)) : undefined;
  if (shared) return shared;
  throw new MasqueError("session.nothing-worn", `Cannot compare "${name}" with what is worn: it is not worn here`, {
    hint: `name what to compare it with: masque diff ${slugOf(name)} <name or file>`,
  });
}
