import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedTextOf } from "../../../src/masque/lint/shared-text.ts";
import { sharedMasques } from "../../../src/masque/shared.ts";
import { lintText } from "../../support/lint.ts";

/**
 * Masques of many authors. Those in `bad/` break the rule that their file's name begins with (`text-vague--…` breaks `text/vague`) and
 * no other; those in `good/` come near the rules, and break none. Keys in `bad/` have a ⁂ in them, so that scanners of this repository
 * do not take them for a leak.
 */

const CORPUS = join(import.meta.dir, "../../fixtures/lint");
const SHARED = sharedTextOf(sharedMasques().map(({ masque }) => masque));

const files = (kind: "bad" | "good") => readdirSync(join(CORPUS, kind)).sort();
const rulesIn = (kind: "bad" | "good", file: string) =>
  lintText(readFileSync(join(CORPUS, kind, file), "utf8").replaceAll("⁂", ""), SHARED).map(
    ({ rule }) => rule ?? "none",
  );

test.each(files("bad"))("%s breaks the rule of its name and no other", (file) => {
  const rule = (file.split("--")[0] ?? "").replace("-", "/");
  expect([...new Set(rulesIn("bad", file))]).toEqual([rule]);
});

test.each(files("good"))("%s breaks no rule", (file) => {
  expect(rulesIn("good", file)).toEqual([]);
});

test("the shared masques break no rule", () => {
  const broken = sharedMasques().flatMap(({ masque, bytes }) =>
    lintText(new TextDecoder().decode(bytes), SHARED).map(({ line, message }) => `${masque.name}:${line}: ${message}`),
  );
  expect(broken).toEqual([]);
});

test("the corpus is as large as it is said to be", () => {
  expect(files("bad").length).toBeGreaterThanOrEqual(80);
  expect(files("good").length).toBeGreaterThanOrEqual(40);
});
