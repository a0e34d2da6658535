import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { countTokens } from "../../src/masque/gpt-tokenizer/count-tokens.ts";
import { identityBlock } from "../../src/masque/identity-block.ts";
import { sharedMasques } from "../../src/masque/shared.ts";
import { CHECKOUT } from "../support/binary.ts";
import { libraryPage } from "../support/library-page.ts";

/** What each shared masque costs an agent in tokens, and the page that says so. */

const BLOCK_TOKENS_MAX = 1_100;
const MEDIAN_TOKENS_MAX = 700;

const BLOCKS = sharedMasques().map((one) => identityBlock({ ...one, intent: null, replaces: null }));

test("docs/library.md is current: `npm run docs:library` writes it", () => {
  expect(readFileSync(join(CHECKOUT, "docs/library.md"), "utf8")).toBe(libraryPage());
});

test("libraryPage() has a row for each shared masque, with every cell filled", () => {
  const rows = libraryPage()
    .split("\n")
    .filter((line) => line.startsWith("| **"));
  expect(rows).toHaveLength(sharedMasques().length);
  expect(rows.filter((row) => /\|\s+\|/.test(row))).toEqual([]);
});

test(`no block has more than ${BLOCK_TOKENS_MAX} tokens, and half have at most ${MEDIAN_TOKENS_MAX}`, () => {
  const tokens = BLOCKS.map((block) => countTokens(block));
  expect(Math.max(...tokens)).toBeLessThanOrEqual(BLOCK_TOKENS_MAX);
  const small = tokens.filter((count) => count <= MEDIAN_TOKENS_MAX);
  expect(small.length * 2).toBeGreaterThan(tokens.length);
});
