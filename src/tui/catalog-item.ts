import type { MasqueSource } from "../masque/masque.ts";

/** A row of the catalog. */
export type CatalogItem = {
  readonly slug: string;
  readonly name: string;
  readonly version: string;
  readonly source: MasqueSource;
  readonly category: string | null;
  readonly domain: string | null;
  readonly tagline: string | null;
};

/** What is shown of one masque: its texts, or why they cannot be read. */
export type Detail =
  | { readonly kind: "read"; readonly sections: readonly DetailSection[] }
  | { readonly kind: "unreadable"; readonly reason: string };

/** A titled text of a masque, such as its lens. */
export type DetailSection = { readonly title: string; readonly text: string };
