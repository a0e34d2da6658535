import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type CatalogState,
  type Key,
  layoutOf,
  openCatalog,
  press,
  resize,
  selectedItem,
  showDetail,
  shownLines,
  visibleItems,
} from "../../src/tui/catalog-state.ts";
import { catalogOf, DETAIL } from "./catalog.ts";

const SIZE = { columns: 80, rows: 24 };

function pressed(state: CatalogState, ...keys: readonly (Key | string)[]): CatalogState {
  return keys.reduce<CatalogState>((now, key) => press(now, keyFrom(key)), state);
}

function keyFrom(key: Key | string): Key {
  if (typeof key !== "string") return key;
  const isNamed = (text: string): text is Extract<Key, string> =>
    ["up", "down", "page-up", "page-down", "first", "last", "enter", "escape", "erase", "interrupt"].includes(text);
  return isNamed(key) ? key : { text: key };
}

test.each([
  [["down", "down"], 2],
  [["j", "j", "k"], 1],
  [["up"], 0],
  [["last"], 39],
  [["G", "g"], 0],
  [["page-down"], 21],
  [["page-down", "page-down", "page-down"], 39],
  [["last", "page-up"], 18],
] as const)("press() moves the cursor with %j to %d", (keys, cursor) => {
  expect(pressed(openCatalog(catalogOf(40), SIZE), ...keys).cursor).toBe(cursor);
});

test("press() scrolls a long list only as far as needed", () => {
  const state = pressed(openCatalog(catalogOf(40), SIZE), "last");
  expect(state.top).toBe(40 - 21);
  expect(pressed(state, "up").top).toBe(40 - 21);
  expect(pressed(state, "first").top).toBe(0);
});

test("press() filters by what is typed, in any part, ignoring case", () => {
  const open = pressed(openCatalog(catalogOf(), SIZE), "/", ..."CODE");
  expect(visibleItems(open).map(({ name }) => name)).toEqual(["Codesmith"]);
  expect(visibleItems(pressed(open, "enter"))).toHaveLength(1);
  expect(visibleItems(pressed(open, "escape"))).toHaveLength(10);
  const words = pressed(openCatalog(catalogOf(), SIZE), "/", ..."private specialist");
  expect(visibleItems(words).map(({ name }) => name)).toEqual(["Codesmith"]);
});

test("press() takes letters as text while a filter is typed, and as keys elsewhere", () => {
  const typing = pressed(openCatalog(catalogOf(), SIZE), "/", "q", "j");
  expect([typing.filter, typing.isDone]).toEqual(["qj", false]);
  expect(pressed(typing, "erase", "erase", "erase").mode).toBe("list");
});

test("press() ends with q, with Esc where there is nothing to go back from, and with Ctrl-C anywhere", () => {
  const open = openCatalog(catalogOf(), SIZE);
  expect(pressed(open, "q").isDone).toBe(true);
  expect(pressed(open, "escape").isDone).toBe(true);
  expect(pressed(open, "/", "interrupt").isDone).toBe(true);
  expect(pressed(open, "enter", "interrupt").isDone).toBe(true);
  const back = pressed(open, "/", "c", "enter", "enter", "escape");
  expect([back.isDone, back.mode, back.filter]).toEqual([false, "list", "c"]);
  expect(pressed(back, "escape")).toMatchObject({ isDone: false, filter: "" });
});

test("press() opens nothing when no masque passes the filter", () => {
  const state = pressed(openCatalog(catalogOf(), SIZE), "/", ..."nobody", "enter", "enter");
  expect([state.mode, selectedItem(state)]).toEqual(["list", undefined]);
});

test("press() scrolls the whole detail to its end and no further", () => {
  const open = showDetail(openCatalog(catalogOf(), SIZE), "masque-0", DETAIL);
  const end = pressed(open, "enter", "last");
  expect(end.scroll).toBe(shownLines(end).length - layoutOf(end).rows);
  expect(end.cursor).toBe(0);
});

test("layoutOf() gives a narrow terminal the list alone, until the detail is opened", () => {
  const narrow = openCatalog(catalogOf(), { columns: 40, rows: 20 });
  expect(layoutOf(narrow)).toMatchObject({ listColumns: 38, detailColumns: 0 });
  expect(layoutOf(pressed(narrow, "enter"))).toMatchObject({ listColumns: 0, detailColumns: 36 });
});

const anyKey = fc.oneof(
  fc.constantFrom<Key>("up", "down", "page-up", "page-down", "first", "last", "enter", "escape", "erase"),
  fc.constantFrom("/", "?", "j", "k", "g", "G", " ").map((text) => ({ text })),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }).map((text) => ({ text })),
);
const anySize = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 80 }) });

test("whatever is pressed, the cursor is on a row that exists and is visible", () => {
  const anything = fc.oneof(anyKey, anySize);
  fc.assert(
    fc.property(fc.nat(60), anySize, fc.array(anything, { maxLength: 60 }), (count, size, events) => {
      let state = openCatalog(catalogOf(count), size);
      for (const event of events) {
        state = typeof event === "object" && "columns" in event ? resize(state, event) : press(state, event);
        const { rows } = layoutOf(state);
        const shown = visibleItems(state).length;
        expect(state.cursor).toBeGreaterThanOrEqual(0);
        expect(state.cursor).toBeLessThan(Math.max(1, shown));
        expect(state.top).toBeLessThanOrEqual(state.cursor);
        expect(state.cursor).toBeLessThan(state.top + rows);
        expect(state.scroll).toBeGreaterThanOrEqual(0);
        expect(selectedItem(state) === undefined).toBe(shown === 0);
      }
    }),
  );
});

test.each(["constructor", "toString", "__proto__"])("a masque called %s is read like any other", (slug) => {
  const [item] = catalogOf(1);
  if (!item) throw new TypeError("a catalog of one has one");
  const open = openCatalog([{ ...item, slug }], SIZE);
  const plain = openCatalog([item], SIZE);
  expect(shownLines(open)).toEqual(shownLines(plain));
  expect(shownLines(showDetail(open, slug, DETAIL))).toEqual(shownLines(showDetail(plain, item.slug, DETAIL)));
});
