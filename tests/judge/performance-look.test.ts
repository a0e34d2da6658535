import { describe, expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { performancePage } from "../../src/cli/judge/page/page.ts";
import { drawChart } from "../../src/judge/echarts/draw-chart.ts";
import { performanceOf } from "../../src/judge/explain/performance.ts";
import { isObject, type Json, type JsonObject, stringAt } from "../../src/kernel/text/json.ts";
import { openTab, type Tab } from "../support/devtools.ts";
import { markContrasts, shownTexts } from "../support/page-measures.ts";
import { program, testWith } from "../support/requirement.ts";
import { scorecard } from "../support/scorecards.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** How the page looks, prints and sounds, measured in a real browser. */

const CEILING_MS = 60_000;
const DAY_UNIX_NANO = 86_400_000_000_000n;
const CSS_PX_PER_MM = 96 / 25.4;
const PAPER = { widthPx: (210 - 36) * CSS_PX_PER_MM, heightPx: (297 - 36) * CSS_PX_PER_MM };
const TEXT_CONTRAST_MIN = 4.5;
const MARK_CONTRAST_MIN = 3;
const LETTER_PX_MIN = 10.5;

const inBrowser = testWith(program("chromium", "Debian package chromium"));

/** Two sessions among 40 of eight masques, one of them without a name that is short or a tool that ran. */
function fullPage(): string {
  const masques = [
    "Codesmith",
    "The Fool",
    "A masque whose name goes on and on and on",
    null,
    "Firekeeper",
    "W".repeat(60),
  ];
  const others = Array.from({ length: 40 }, (_, n) =>
    scorecard(
      {
        session: `s-${n}`,
        masqueSession: masques[n % masques.length] === null ? null : `m-${n}`,
        masque: masques[n % masques.length] ?? null,
        startedUnixNano: 1_795_348_800_000_000_000n - BigInt(n + 1) * DAY_UNIX_NANO,
      },
      { toolsOk: (n * 7) % 11 },
    ),
  );
  const explanation = {
    failingTools: [{ tool: "mcp__some_server__a_tool_with_a_long_name", failed: 2, calls: 6 }],
    costliestPrompts: [
      {
        prompt_id: crypto.randomUUID(),
        nr: 3,
        began_at: "2026-11-22T12:16:33.215Z",
        cost: 0.3,
        requests: 2,
        tools: 7,
        tools_failed: 2,
      },
    ],
  };
  const cards = [
    scorecard(),
    scorecard({ session: "s-x", masqueSession: "m-x" }, { tools: 0, toolsOk: 0, prompts: 0, cacheReadTokens: 50 }),
  ];
  return performancePage(
    cards.map((card) => performanceOf(card, others, explanation)),
    drawChart,
  );
}

async function opened(scheme: "light" | "dark", widthPx: number, media = ""): Promise<Tab & { path: string }> {
  const folder = temporaryFolder();
  const path = join(folder.path, "page.html");
  writeFileSync(path, fullPage());
  const tab = await openTab();
  const metrics = { width: Math.round(widthPx), height: 900, deviceScaleFactor: 1, mobile: false };
  for (const domain of ["Network", "Runtime", "Log", "Accessibility"]) await tab.send(`${domain}.enable`);
  await tab.send("Emulation.setDeviceMetricsOverride", metrics);
  await tab.send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
  await tab.open(path);
  // Tables are collapsed on a screen. On paper the style sheet opens them.
  if (media !== "print") await tab.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
  const close = async () => {
    await tab[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  };
  return { ...tab, path, [Symbol.asyncDispose]: close };
}

const LOOKS = [
  ["light", 1000, ""],
  ["dark", 1000, ""],
  ["light", 700, ""],
  ["light", 400, ""],
  ["dark", 320, ""],
  ["dark", PAPER.widthPx, "print"],
] as const;

describe("the page of masque performance --html", () => {
  for (const [scheme, widthPx, media] of LOOKS) {
    inBrowser(
      `is legible: ${scheme}, ${Math.round(widthPx)} px ${media}`,
      async () => {
        await using tab = await opened(scheme, widthPx, media);
        const texts = await shownTexts(tab);
        expect(texts.length).toBeGreaterThan(100);
        expect(texts.filter(({ contrast }) => contrast < TEXT_CONTRAST_MIN)).toEqual([]);
        expect(texts.filter(({ letterPx }) => letterPx < LETTER_PX_MIN)).toEqual([]);
        expect(texts.filter(({ isCut }) => isCut)).toEqual([]);
        const marks = await markContrasts(tab);
        expect(marks.length).toBeGreaterThanOrEqual(4);
        expect(marks.filter(({ contrast }) => contrast < MARK_CONTRAST_MIN)).toEqual([]);
        expect(await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(
          0,
        );
      },
      CEILING_MS,
    );
  }

  inBrowser(
    "would be found illegible, were it so",
    async () => {
      await using tab = await opened("light", 400);
      await tab.evaluate(`document.documentElement.style.setProperty("--ink", "#999999")`);
      await tab.evaluate(`document.querySelector(".chart .narrow svg").style.width = "60%"`);
      const texts = await shownTexts(tab);
      expect(texts.filter(({ contrast }) => contrast < TEXT_CONTRAST_MIN).length).toBeGreaterThan(100);
      expect(texts.filter(({ letterPx }) => letterPx < LETTER_PX_MIN).length).toBeGreaterThan(5);
    },
    CEILING_MS,
  );

  inBrowser(
    "in print is on white paper, with no chart or table cut off or parted by a page's end",
    async () => {
      await using tab = await opened("dark", PAPER.widthPx, "print");
      expect(await tab.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
      const blocks = await tab.evaluate(`[...document.querySelectorAll("figure, .table")].map((block) => ({
        broken: getComputedStyle(block.querySelector("table") ?? block).breakInside,
        right: Math.max(...[...block.querySelectorAll("svg, table")].map((one) => one.getBoundingClientRect().right)),
        height: block.getBoundingClientRect().height,
      }))`);
      const list = Array.isArray(blocks) ? blocks.filter(isObject) : [];
      expect(list.length).toBeGreaterThanOrEqual(10);
      for (const { broken, right, height } of list) {
        expect(broken).toBe("avoid");
        expect(Number(right)).toBeLessThanOrEqual(PAPER.widthPx + 1);
        expect(Number(height)).toBeLessThan(PAPER.heightPx);
      }
      const { data } = await tab.send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
      expect(Buffer.from(String(data), "base64").subarray(0, 5).toString()).toBe("%PDF-");
    },
    CEILING_MS,
  );

  inBrowser(
    "asks no network for anything, and writes nothing to the console",
    async () => {
      await using tab = await opened("light", 1000);
      const urls = tab.told("Network.requestWillBeSent").map((event) => urlOf(event));
      expect(urls).toEqual([Bun.pathToFileURL(tab.path).href]);
      for (const method of ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]) {
        expect(tab.told(method)).toEqual([]);
      }
    },
    CEILING_MS,
  );

  inBrowser(
    "sounds whole: a title, headings in order, every chart a picture with a name, every table with caption and headings",
    async () => {
      await using tab = await opened("light", 1000);
      const { nodes } = await tab.send("Accessibility.getFullAXTree");
      const tree = (Array.isArray(nodes) ? nodes : []).filter(isObject).filter((node) => node["ignored"] !== true);
      const named = (role: string) =>
        tree.filter((node) => valueAt(node, "role") === role).map((node) => valueAt(node, "name"));
      expect(named("RootWebArea")).toEqual([expect.stringMatching(/^Codesmith 0\.2\.0: 6\.2 of 10.*, and 1 more$/)]);
      expect(await tab.evaluate("document.documentElement.lang")).toBe("en");
      const headings = 'document.querySelectorAll("h1, h2, h3, h4")';
      const levels = String(await tab.evaluate(`[...${headings}].map(({ tagName }) => tagName[1]).join("")`));
      expect(levels).toMatch(/^1(23+){2}$/);
      expect(named("heading")).toHaveLength(levels.length);
      expect(named("heading")).toContain("How 2 sessions went");
      const images = named("image");
      expect(images).toHaveLength(6);
      for (const name of images) expect(name).toMatch(/\. The table below has the numbers\.$/);
      expect(
        await tab.evaluate(
          '[...document.querySelectorAll(".chart")].every((chart) => chart.closest("figure").nextElementSibling?.querySelector("table"))',
        ),
      ).toBe(true);
      expect(named("table").length).toBeGreaterThanOrEqual(images.length);
      for (const name of named("table")) expect(name).toMatch(/\w/);
      expect(named("columnheader").length).toBeGreaterThan(20);
      expect(named("rowheader").length).toBeGreaterThan(20);
      expect(tree.filter((node) => valueAt(node, "role") === "StaticText" && valueAt(node, "name") === "–")).toEqual(
        [],
      );
    },
    CEILING_MS,
  );
});

function valueAt(node: JsonObject, key: string): string {
  const held: Json | undefined = node[key];
  return isObject(held) ? String(held["value"] ?? "") : "";
}

function urlOf({ params }: JsonObject): string | undefined {
  const request = isObject(params) ? params["request"] : undefined;
  return isObject(request) ? stringAt(request, "url") : undefined;
}
