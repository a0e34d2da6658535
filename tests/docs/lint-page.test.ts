import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lintPage } from "../support/lint-page.ts";

test("docs/lint.md is what the rules say: npm run docs:lint writes it", () => {
  expect(readFileSync(join(import.meta.dir, "../../docs/lint.md"), "utf8")).toBe(lintPage());
});
