import type { CatalogItem } from "./catalog-item.ts";
import { type CatalogState, layoutOf, selectedItem, shownLines, visibleItems } from "./catalog-state.ts";
import { fill, truncate, wrap } from "./fit-text.ts";
import { type Line, line } from "./line.ts";

/** The text of the catalog screen, as lines. No terminal is needed for them; the view puts them into frames. */

const KEYS = [
  "↑↓ j k move",
  "PgUp PgDn page",
  "Home End g G ends",
  "Enter read",
  "Esc back",
  "/ filter",
  "? fewer keys",
  "q quit",
];
const LIST_KEYS = ["Enter read", "q quit", "/ filter", "? keys", "↑↓ move"];
const FILTERED_KEYS = ["Esc clear", ...LIST_KEYS];
const DETAIL_KEYS = ["Esc back", "q quit", "↑↓ scroll", "? keys"];
const TYPING_KEYS = ["Enter keep", "Esc clear"];
const BETWEEN = " · ";
/** The longest known category and a space. */
const CATEGORY_COLUMNS = 11;
/** In a narrower list the category would leave too little room for the name. */
const CATEGORY_SHOWN_MIN = 26;

/** The title of the list's frame: how many masques there are, and how many pass the filter. */
export function listTitle(state: CatalogState): string {
  const shown = visibleItems(state).length;
  return shown === state.items.length ? `Masques ${shown}` : `Masques ${shown} of ${state.items.length}`;
}

/** The title of the detail's frame: which lines are shown, when the detail is longer than the screen. */
export function detailTitle(state: CatalogState): string {
  const lines = shownLines(state).length;
  const { rows } = layoutOf(state);
  if (lines <= rows) return "";
  return `${state.scroll + 1}–${Math.min(state.scroll + rows, lines)} of ${lines}`;
}

/** The visible rows of the list. */
export function listLines(state: CatalogState): readonly Line[] {
  const { rows, listColumns } = layoutOf(state);
  const items = visibleItems(state);
  if (items.length === 0) return emptyLines(state, listColumns);
  return items
    .slice(state.top, state.top + rows)
    .map((item, index) => itemLine(item, state.top + index === state.cursor, listColumns));
}

function emptyLines(state: CatalogState, columns: number): readonly Line[] {
  const text = state.items.length === 0 ? "There are no masques." : `No masque matches "${state.filter}".`;
  const fix = state.items.length === 0 ? "masque new <name> creates one." : "Esc clears the filter.";
  return [...wrap(text, columns), ...wrap(fix, columns)].map((part) => line(part, "faint"));
}

function itemLine(item: CatalogItem, isChosen: boolean, columns: number): Line {
  const mark = isChosen ? "▸ " : "  ";
  const category = columns >= CATEGORY_SHOWN_MIN ? ` ${fill(item.category ?? "", CATEGORY_COLUMNS)}` : "";
  const name = fill(item.name, columns - Bun.stringWidth(mark) - Bun.stringWidth(category));
  if (isChosen) return line(fill(`${mark}${name}${category}`, columns), "chosen");
  return [
    { text: `${mark}${name}`, tone: "plain" },
    { text: category, tone: "faint" },
  ];
}

/** The visible lines of the detail. */
export function seenDetailLines(state: CatalogState): readonly Line[] {
  if (!selectedItem(state)) return [];
  return shownLines(state).slice(state.scroll, state.scroll + layoutOf(state).rows);
}

/** The lines below the frames: the filter while there is one, and as many keys as fit, the most important ones first. */
export function footerLines(state: CatalogState): readonly Line[] {
  const { columns } = state.size;
  const isTyping = state.mode === "filter";
  if (state.isHelpShown && !isTyping) return helpLines(columns).slice(0, layoutOf(state).footerRows);
  if (state.mode === "detail") return [line(keysWithin(DETAIL_KEYS, columns), "faint")];
  if (state.filter === "" && !isTyping) return [line(keysWithin(LIST_KEYS, columns), "faint")];
  const typed = truncate(` /${state.filter}${isTyping ? "▏" : ""} `, columns);
  const keys = keysWithin(isTyping ? TYPING_KEYS : FILTERED_KEYS, columns - Bun.stringWidth(typed));
  return [
    [
      { text: typed, tone: "accent" },
      { text: keys, tone: "faint" },
    ],
  ];
}

function keysWithin(keys: readonly string[], columns: number): string {
  let shown = "";
  for (const key of keys) {
    const longer = shown === "" ? ` ${key}` : `${shown}${BETWEEN}${key}`;
    if (Bun.stringWidth(longer) < columns) shown = longer;
  }
  return shown;
}

function helpLines(columns: number): readonly Line[] {
  const lines: string[] = [""];
  for (const key of KEYS) {
    const last = lines.pop() ?? "";
    const longer = last === "" ? ` ${key}` : `${last}${BETWEEN}${key}`;
    if (last === "" || Bun.stringWidth(longer) < columns) lines.push(longer);
    else lines.push(last, ` ${key}`);
  }
  return lines.map((part) => line(part, "faint"));
}
