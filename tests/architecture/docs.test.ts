import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { CHECKOUT } from "./module.ts";

/** What the docs name in the checkout is there. */

const DOCS = [
  ...readdirSync(join(CHECKOUT, "docs"), { recursive: true, encoding: "utf8" }).map(
    (name) => `docs/${name.replaceAll("\\", "/")}`,
  ),
  "README.md",
  "tests/support/README.md",
].filter((path) => path.endsWith(".md") && existsSync(join(CHECKOUT, path)));
const NAMED = /(?<![\w/.-])((?:src|tests|sql|masques|commands|collector)\/[\w./-]*\w\.(?:ts|sql|md|yaml|sh|css))\b/g;

test.each(DOCS)("%s names only files that are there", (doc) => {
  const text = readFileSync(join(CHECKOUT, doc), "utf8");
  const named = [...text.matchAll(NAMED)].map(([, path]) => path ?? "");
  expect([...new Set(named)].filter((path) => !existsSync(join(CHECKOUT, path)))).toEqual([]);
});

test("the page on security names tests, so that a look for missing ones finds something to look at", () => {
  const text = readFileSync(join(CHECKOUT, "docs/security.md"), "utf8");
  expect(text.match(NAMED)?.length).toBeGreaterThan(80);
});

/** A link of Markdown to another page, with the heading that it leads to. */
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

test.each(DOCS)("every link of %s leads to a page and a heading that are there", (doc) => {
  const broken = [...readFileSync(join(CHECKOUT, doc), "utf8").matchAll(LINK)].filter(([, page = "", heading]) => {
    const path = page === "" ? doc : normalize(join(dirname(doc), page));
    if (!existsSync(join(CHECKOUT, path))) return true;
    return heading !== undefined && !headingsOf(path).includes(heading);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

test("the index of the docs leads to every page", () => {
  const index = readFileSync(join(CHECKOUT, "docs/README.md"), "utf8");
  const linked = [...index.matchAll(LINK)].map(([, page]) => `docs/${page}`);
  const pages = DOCS.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md");
  expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
});

test("links are found, and those that lead nowhere", () => {
  const links = DOCS.flatMap((doc) => [...readFileSync(join(CHECKOUT, doc), "utf8").matchAll(LINK)]);
  expect(links.length).toBeGreaterThan(30);
  expect(headingsOf("docs/cli.md")).toContain("what-performance-has");
  expect(headingsOf("docs/cli.md")).not.toContain("what-nothing-has");
});

/** Headings as their anchors: lower case, hyphens for spaces, no other signs. */
function headingsOf(path: string): string[] {
  const headings = readFileSync(join(CHECKOUT, path), "utf8").matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
