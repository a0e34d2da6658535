import { expect, test } from "bun:test";
import { createTestRenderer } from "@opentui/core/testing";
import type { CatalogItem, Detail } from "../../src/tui/catalog-item.ts";
import type { CatalogSource } from "../../src/tui/catalog-source.ts";
import { showCatalog } from "../../src/tui/run-tui.ts";
import { catalogOf, DETAIL } from "./catalog.ts";

/** A screen that runs, and the end of it. */
async function screen(size: { width: number; height: number }, source: Partial<CatalogSource> = {}) {
  const setup = await createTestRenderer(size);
  const items = source.items ?? catalogOf();
  const stop = new AbortController();
  const all = { items, readDetail: async () => DETAIL, ...source };
  const ended = showCatalog(setup.renderer, all, { color: false, stop: stop.signal });
  const frame = async () => {
    await setup.waitForVisualIdle();
    return setup.captureCharFrame();
  };
  return { ...setup, ended, frame, stop: () => stop.abort() };
}

test.each([
  [120, 40],
  [80, 24],
  [40, 20],
])("showCatalog() at %d × %d", async (width, height) => {
  const { frame, mockInput, ended } = await screen({ width, height });
  expect(await frame()).toMatchSnapshot("opens");
  mockInput.pressArrow("down");
  mockInput.pressArrow("down");
  mockInput.pressEnter();
  expect(await frame()).toMatchSnapshot("the detail whole");
  mockInput.pressKey("G");
  expect(await frame()).toMatchSnapshot("its end");
  mockInput.pressKey("q");
  await ended;
});

test("showCatalog() filters, says so when nothing is left, and shows its keys", async () => {
  const { frame, mockInput, ended } = await screen({ width: 80, height: 24 });
  mockInput.pressKey("/");
  for (const letter of "mir") mockInput.pressKey(letter);
  expect(await frame()).toMatchSnapshot("a filter");
  for (const letter of "zzz") mockInput.pressKey(letter);
  expect(await frame()).toMatchSnapshot("nothing is left");
  mockInput.pressEnter();
  mockInput.pressKey("?");
  expect(await frame()).toMatchSnapshot("the keys");
  mockInput.pressCtrlC();
  await ended;
});

test("showCatalog() scrolls a long list and follows the terminal's size", async () => {
  const { frame, mockInput, resize, ended } = await screen({ width: 80, height: 24 }, { items: catalogOf(200) });
  mockInput.pressKey("G");
  const end = await frame();
  expect(end).toContain("▸ Masque 200");
  expect(end).not.toContain("Codesmith ");
  resize(40, 10);
  const narrow = await frame();
  expect(narrow).toContain("▸ Masque 200");
  expect(narrow.trimEnd().split("\n")).toHaveLength(10);
  mockInput.pressKey("q");
  await ended;
});

test("showCatalog() says why a masque cannot be read, and that there are none", async () => {
  const unreadable = async (): Promise<Detail> => ({ kind: "unreadable", reason: "Line 3: lens must be text" });
  const broken = await screen({ width: 80, height: 24 }, { readDetail: unreadable });
  expect(await broken.frame()).toContain("Line 3: lens must be text");
  broken.mockInput.pressKey("q");
  await broken.ended;
  const empty = await screen({ width: 80, height: 24 }, { items: [] });
  expect(await empty.frame()).toContain("There are no masques.");
  empty.mockInput.pressKey("q");
  await empty.ended;
});

test("showCatalog() reads each masque once, when it is looked at", async () => {
  const read: string[] = [];
  const readDetail = async ({ name }: CatalogItem) => {
    read.push(name);
    return DETAIL;
  };
  const { frame, mockInput, ended } = await screen({ width: 80, height: 24 }, { readDetail });
  await frame();
  expect(read).toEqual(["Codesmith"]);
  mockInput.pressArrow("down");
  mockInput.pressArrow("up");
  await frame();
  expect(read).toEqual(["Codesmith", "Chartwright"]);
  mockInput.pressKey("q");
  await ended;
});

test("showCatalog() ends with what reading threw", async () => {
  const readDetail = async (): Promise<Detail> => {
    throw new TypeError("a bug");
  };
  const { renderer, ended } = await screen({ width: 80, height: 24 }, { readDetail });
  await expect(ended).rejects.toThrow("a bug");
  expect(renderer.isDestroyed).toBe(true);
});

test("showCatalog() ends when the process is asked to, and puts the terminal back", async () => {
  const { renderer, frame, stop, ended } = await screen({ width: 80, height: 24 });
  await frame();
  stop();
  await ended;
  expect(renderer.isDestroyed).toBe(true);
});
