import type { CatalogItem, Detail } from "./catalog-item.ts";
import { type Layout, layOut, type ScreenSize } from "./catalog-layout.ts";
import { detailLines } from "./detail-lines.ts";
import type { Line } from "./line.ts";

/**
 * The catalog screen as a value, and everything that can happen to it as functions from one value to the next. With any keys in
 * any order, the cursor is on a row that exists and is visible.
 */

/** The screen. */
export type CatalogState = {
  readonly items: readonly CatalogItem[];
  /** By slug. A masque is read when it is first shown. */
  readonly details: ReadonlyMap<string, Detail>;
  /** What receives the keys: the list, the filter that is being typed, or the detail that fills the screen. */
  readonly mode: "list" | "filter" | "detail";
  readonly filter: string;
  /** Index among the items that pass the filter; 0 when none does. */
  readonly cursor: number;
  /** The first visible row of the list. */
  readonly top: number;
  /** The first visible line of the detail. */
  readonly scroll: number;
  readonly isHelpShown: boolean;
  readonly size: ScreenSize;
  /** Whether the person has left the screen. */
  readonly isDone: boolean;
};

/** A key by its meaning on this screen; a key that types something is its text. */
export type Key =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "first"
  | "last"
  | "enter"
  | "escape"
  | "erase"
  | "interrupt"
  | { readonly text: string };

const FILTER_CHARS_MAX = 64;
const LETTER_KEYS: ReadonlyMap<string, Key> = new Map([
  ["j", "down"],
  ["k", "up"],
  ["g", "first"],
  ["G", "last"],
]);

/** The screen as it opens. */
export function openCatalog(items: readonly CatalogItem[], size: ScreenSize): CatalogState {
  return {
    items,
    details: new Map(),
    mode: "list",
    filter: "",
    cursor: 0,
    top: 0,
    scroll: 0,
    isHelpShown: false,
    size,
    isDone: false,
  };
}

/** The items that pass the filter: each of its words is somewhere in the name, category, domain, tagline or source. */
export function visibleItems({ items, filter }: CatalogState): readonly CatalogItem[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter(({ name, category, domain, tagline, source }) => {
    const text = [name, category, domain, tagline, source].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The item under the cursor, or `undefined` when nothing passes the filter. */
export function selectedItem(state: CatalogState): CatalogItem | undefined {
  return visibleItems(state)[state.cursor];
}

/** How the screen is divided now. */
export function layoutOf(state: CatalogState): Layout {
  return layOut(state.size, { isWhole: state.mode === "detail", isHelpShown: state.isHelpShown });
}

/** A key was pressed. */
export function press(state: CatalogState, key: Key): CatalogState {
  if (key === "interrupt") return { ...state, isDone: true };
  if (state.mode === "filter") return settled(typed(state, key));
  const meant = typeof key === "string" ? key : (LETTER_KEYS.get(key.text) ?? key);
  if (typeof meant !== "string") return settled(commanded(state, meant.text));
  return settled(state.mode === "detail" ? scrolled(state, meant) : moved(state, meant));
}

/** The terminal was resized. */
export function resize(state: CatalogState, size: ScreenSize): CatalogState {
  return settled({ ...state, size });
}

/** A masque was read. */
export function showDetail(state: CatalogState, slug: string, detail: Detail): CatalogState {
  return settled({ ...state, details: new Map([...state.details, [slug, detail]]) });
}

function commanded(state: CatalogState, text: string): CatalogState {
  if (text === "q") return { ...state, isDone: true };
  if (text === "?") return { ...state, isHelpShown: !state.isHelpShown };
  if (text === "/") return { ...state, mode: "filter" };
  if (text === " ") return press(state, "page-down");
  return state;
}

function typed(state: CatalogState, key: Key): CatalogState {
  if (typeof key !== "string") return filtered(state, state.filter + key.text.replace(/\p{Cc}/gu, ""));
  switch (key) {
    case "enter":
      return { ...state, mode: "list" };
    case "escape":
      return { ...filtered(state, ""), mode: "list" };
    case "erase":
      return state.filter === ""
        ? { ...state, mode: "list" }
        : filtered(state, [...state.filter].slice(0, -1).join(""));
    default:
      return moved(state, key);
  }
}

function filtered(state: CatalogState, filter: string): CatalogState {
  return { ...state, filter: [...filter].slice(0, FILTER_CHARS_MAX).join(""), cursor: 0, top: 0, scroll: 0 };
}

function moved(state: CatalogState, key: Exclude<Key, object>): CatalogState {
  if (key === "enter") return selectedItem(state) ? { ...state, mode: "detail", scroll: 0 } : state;
  if (key === "escape") return state.filter === "" ? { ...state, isDone: true } : filtered(state, "");
  return { ...state, cursor: stepped(state.cursor, key, layoutOf(state).rows), scroll: 0 };
}

function scrolled(state: CatalogState, key: Exclude<Key, object>): CatalogState {
  if (key === "enter" || key === "escape") return { ...state, mode: "list", scroll: 0 };
  return { ...state, scroll: stepped(state.scroll, key, layoutOf(state).rows) };
}

function stepped(position: number, key: Exclude<Key, object>, page: number): number {
  switch (key) {
    case "up":
      return position - 1;
    case "down":
      return position + 1;
    case "page-up":
      return position - page;
    case "page-down":
      return position + page;
    case "first":
      return 0;
    case "last":
      return Number.MAX_SAFE_INTEGER;
    default:
      return position;
  }
}

/** Puts cursor, list and scroll back within bounds after a change. */
function settled(state: CatalogState): CatalogState {
  const count = visibleItems(state).length;
  const cursor = clamp(state.cursor, count - 1);
  const mode = state.mode === "detail" && count === 0 ? "list" : state.mode;
  const { rows } = layoutOf(state);
  const top = clamp(Math.min(Math.max(state.top, cursor - rows + 1), cursor), count - rows);
  const kept = { ...state, mode, cursor, top };
  return { ...kept, scroll: mode === "detail" ? clamp(state.scroll, shownLines(kept).length - rows) : 0 };
}

/** The lines of the masque under the cursor, wrapped to the current width. */
export function shownLines(state: CatalogState): readonly Line[] {
  const item = selectedItem(state);
  return item ? detailLines(item, state.details.get(item.slug), layoutOf(state).detailColumns) : [];
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(value, max));
}
