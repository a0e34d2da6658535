import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./module.ts";

/** What the docs name in the checkout is there. */

const DOCS = [...readdirSync(join(CHECKOUT, "docs")).map((name) => `docs/${name}`), "README.md"].filter((path) =>
  path.endsWith(".md"),
);
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
