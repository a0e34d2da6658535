import type { CatalogItem } from "./catalog-item.ts";
import { type CatalogState, layoutOf, selectedItem, shownLines, visibleItems } from "./catalog-state.ts";
import { fill, truncate, wrap } from "./fit-text.ts";
import { type Line, line } from "./line.ts";

/** What the catalog screen says, as lines without a terminal: the view only puts them into frames. */

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
/** Below this a category leaves too little of the name. */
const CATEGORY_SHOWN_MIN = 26;

/** The frame's title of the list: how many there are, and how many pass the filter. */
export function listTitle(state: CatalogState): string {
  const shown = visibleItems(state).length;
  return shown === state.items.length ? `Masques ${shown}` : `Masques ${shown} of ${state.items.length}`;
}

/** The frame's title of the detail: where in it one is, once it is longer than the screen. */
export function detailTitle(state: CatalogState): string {
  const lines = shownLines(state).length;
  const { rows } = layoutOf(state);
  if (lines <= rows) return "";
  return `${state.scroll + 1}–${Math.min(state.scroll + rows, lines)} of ${lines}`;
}

/** The rows of the list that are seen. */
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
  const fix = state.items.length === 0 ? "masque new <name> makes one." : "Esc clears the filter.";
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

/** The lines of the detail that are seen. */
export function seenDetailLines(state: CatalogState): readonly Line[] {
  if (!selectedItem(state)) return [];
  return shownLines(state).slice(state.scroll, state.scroll + layoutOf(state).rows);
}

/** The lines beneath: the filter while there is one, and as many keys as fit, the needed ones first. */
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
