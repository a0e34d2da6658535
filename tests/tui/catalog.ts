import type { CatalogItem, Detail } from "../../src/tui/catalog-item.ts";

/** Catalogs that the screen's tests show. */

const NAMES = [
  "Codesmith",
  "Chartwright",
  "Firekeeper",
  "Mirror",
  "Strategist",
  "Witness",
  "A masque whose name is far longer than the list",
  "匠の仮面 職人",
  "Éclaireuse",
  "Plain",
];

/** Ten masques of every shape, and as many plain ones as it takes. */
export function catalogOf(count = NAMES.length): readonly CatalogItem[] {
  return Array.from({ length: count }, (_, index) => itemOf(NAMES[index] ?? `Masque ${index + 1}`, index));
}

function itemOf(name: string, index: number): CatalogItem {
  const base = {
    slug: `masque-${index}`,
    name,
    version: `0.${index}.0`,
    source: index % 3 === 0 ? "private" : "shared",
  };
  if (name === "Plain") return { ...base, source: "private", category: null, domain: null, tagline: null };
  return {
    ...base,
    source: index % 3 === 0 ? "private" : "shared",
    category: ["specialist", "executive", "cognitive", "art", "meta"][index % 5] ?? "meta",
    domain: "systems-programming",
    tagline: `The one who is ${name}, in a line that needs more room than a narrow panel has`,
  };
}

/** A masque's texts: indentation, lists, wide characters and a word that no line can hold. */
export const DETAIL: Detail = {
  kind: "read",
  sections: [
    {
      title: "Lens",
      text: [
        "You think in invariants. Before you change a line you say what must stay true, and after it you show that it does.",
        "",
        "- Read the failing test first, then the code that it names, and only then its history.",
        "  - A nested point that is long enough to be wrapped beneath itself, twice over in a narrow panel.",
        "1. 日本語の長い文章も、端末の幅で正しく折り返されなければならない。そうでなければ枠が壊れる。",
        `A_word_that_no_line_can_hold_${"x".repeat(90)}`,
        "",
        "Emoji stand in their own cells: 🎭 👩‍👩‍👧 end.",
      ].join("\n"),
    },
    {
      title: "Context",
      text: Array.from({ length: 30 }, (_, n) => `Line ${n + 1} of the context.`).join("\n"),
    },
  ],
};
