import { basename } from "node:path";
import { MasqueError, whatNextLines } from "../kernel/errors.ts";
import { findMasque } from "../masque/catalog.ts";
import { type CatalogEntry, listMasques } from "../masque/list-masques.ts";
import { type MasqueName, type ResolvedMasque, slugOf, textAttribute } from "../masque/masque.ts";
import { rubricText } from "../masque/rubric/rubric-text.ts";
import type { ListingPlace, UnusableFile } from "../masque/sync-manifest.ts";
import type { CatalogItem, Detail, DetailSection } from "./catalog-item.ts";

/** What the catalog screen shows, and how it reads more of one masque. */
export type CatalogSource = {
  readonly items: readonly CatalogItem[];
  /** Reads one masque. For a masque that cannot be read, the detail says why; nothing is thrown. */
  readDetail(item: CatalogItem): Promise<Detail>;
};

const ATTRIBUTES = ["occasion", "style", "philosophy", "complement", "shadow"] as const;

/** The catalog of a place: all masques, then the private files that cannot be donned, each with the reason. */
export async function catalogSource(place: ListingPlace): Promise<CatalogSource> {
  const { entries, unusable } = await listMasques(place);
  const names = new Map(entries.map((entry) => [slugOf(entry.name), entry.name]));
  const failures = new Map(unusable.map((file) => [basename(file.path), file.failure]));
  return {
    items: [...entries.map(itemOf), ...unusable.map(unusableItem)],
    async readDetail({ slug }) {
      const failure = failures.get(slug);
      if (failure) return unreadable(failure);
      const name = names.get(slug);
      if (name === undefined) throw new TypeError(`The catalog never listed "${slug}"`);
      return await readMasqueDetail(name, place);
    },
  };
}

async function readMasqueDetail(name: MasqueName, place: ListingPlace): Promise<Detail> {
  try {
    return { kind: "read", sections: sectionsOf(await findMasque(name, place)) };
  } catch (error) {
    if (error instanceof MasqueError) return unreadable(error);
    throw error;
  }
}

function itemOf({ name, version, source, category, domain, tagline }: CatalogEntry): CatalogItem {
  return { slug: slugOf(name), name, version, source, category, domain, tagline };
}

function unusableItem({ path }: UnusableFile): CatalogItem {
  const name = basename(path);
  return { slug: name, name, version: "", source: "private", category: "unusable", domain: null, tagline: null };
}

function unreadable(error: MasqueError): Detail {
  const parts = [error.message, error.detail, ...whatNextLines(error)];
  return { kind: "unreadable", reason: parts.filter((part) => part !== undefined).join("\n\n") };
}

function sectionsOf({ masque }: ResolvedMasque): readonly DetailSection[] {
  const attributes = ATTRIBUTES.flatMap((key) => {
    const text = textAttribute(masque, key);
    return text === undefined ? [] : [`${key}: ${text}`];
  });
  const texts: readonly (readonly [title: string, text: string | undefined])[] = [
    ["Lens", masque.lens],
    ["Context", masque.context],
    ["Anchor", masque.anchor],
    ["Rubric", rubricText(masque)],
    ["Attributes", attributes.length > 0 ? attributes.join("\n") : undefined],
  ];
  return texts.flatMap(([title, text]) => (text === undefined ? [] : [{ title, text }]));
}
