import { isObject, type Json, stringAt } from "../../src/kernel/text/json.ts";
import type { Tab } from "./devtools.ts";

/** What a browser shows of a page, as numbers. */

/** A text on the page: what it says, how its colour stands out, how tall its letters are on the screen, and what cuts it. */
export type ShownText = {
  readonly text: string;
  /** By WCAG 2.2, 1 to 21. */
  readonly contrast: number;
  readonly letterPx: number;
  readonly isCut: boolean;
};

/** Every text that the page shows, in documents and drawings. */
export async function shownTexts(tab: Tab): Promise<ShownText[]> {
  const found = await tab.evaluate(`(${collectTexts})()`);
  return listOf(found).flatMap((one) => {
    if (!isObject(one)) return [];
    const [ink, paper] = [stringAt(one, "ink") ?? "", stringAt(one, "paper") ?? ""];
    const text = stringAt(one, "text") ?? "";
    return [
      { text, contrast: contrastOf(ink, paper), letterPx: Number(one["letterPx"]), isCut: one["isCut"] === true },
    ];
  });
}

/** Contrast of what charts draw against the paper behind, one a colour. */
export async function markContrasts(tab: Tab): Promise<{ readonly color: string; readonly contrast: number }[]> {
  const found = listOf(await tab.evaluate(`(${collectMarks})()`)).map(String);
  const [paper = "", ...marks] = found;
  return [...new Set(marks)].map((color) => ({ color, contrast: contrastOf(color, paper) }));
}

/** @source WCAG 2.2: contrast ratio, relative luminance. */
function contrastOf(ink: string, paper: string): number {
  const [light = 0, dark = 0] = [luminanceOf(ink), luminanceOf(paper)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminanceOf(color: string): number {
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(color)?.slice(1);
  if (!channels) throw new Error(`No opaque colour: ${color}`);
  const [red = 0, green = 0, blue = 0] = channels.map((text) => {
    const share = Number(text) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function listOf(found: Json): readonly Json[] {
  if (!Array.isArray(found)) throw new Error(`No list: ${JSON.stringify(found)}`);
  return found;
}

/** Runs in the page. The background is that of the nearest ancestor which has any. */
const collectTexts = `() => {
  const paperOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
    return "none";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text === "" || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const svg = element.closest("svg");
    const scale = svg ? svg.getBoundingClientRect().width / Number(svg.getAttribute("width")) : 1;
    const box = element.getBoundingClientRect();
    const frame = (svg ?? document.documentElement).getBoundingClientRect();
    const isCut = svg !== null && (box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.top < frame.top - 0.5 || box.bottom > frame.bottom + 0.5);
    found.push({ text, ink: svg ? style.fill : style.color, paper: paperOf(element), letterPx: parseFloat(style.fontSize) * scale, isCut });
  }
  return found;
}`;

/** Runs in the page: the paper, then the fill or stroke of every bar and point. Rules and axes are not marks. */
const collectMarks = `() => {
  const rule = getComputedStyle(document.documentElement).getPropertyValue("--rule").trim();
  const canvas = document.createElement("div");
  document.body.append(canvas);
  canvas.style.color = rule;
  const rules = getComputedStyle(canvas).color;
  canvas.remove();
  const shapes = [...document.querySelectorAll(".chart path, .chart polyline")].filter((shape) => shape.checkVisibility());
  const colors = shapes.flatMap((shape) => [getComputedStyle(shape).fill, getComputedStyle(shape).stroke]);
  const marks = colors.filter((color) => color.startsWith("rgb(") && color !== rules && color !== "rgb(0, 0, 0)");
  return [getComputedStyle(document.body).backgroundColor, ...marks];
}`;
