import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./module.ts";

/** What makes a test look stricter than it is, refused in every test file. */

type Rule = { readonly name: string; readonly refused: RegExp; readonly bad: string; readonly good: string };

const RULES: readonly Rule[] = [
  {
    name: "random cases come from the one seed of the run, of tests/support/seed.ts",
    refused: /\bseed(?:: |\()\d/,
    bad: "{ numRuns: 100, seed: 7 }",
    good: "{ numRuns: 100 }",
  },
  {
    name: "chance comes from the one seed of the run, of tests/support/seed.ts",
    refused: /\bseededRandom\(\d/,
    bad: "const random = seededRandom(7);",
    good: "const random = seededRandom(testSeed());",
  },
  {
    name: "a number that is absent is not below a bound",
    refused: /\?\? 0\)+\.toBeLess|\?\? -?Infinity\)/,
    bad: "expect(memory?.peak ?? 0).toBeLessThan(MAX);",
    good: "expect(found.length ?? 0).toBe(12);",
  },
  {
    name: "an empty text is in every text",
    refused: /(?<!not\.)toContain\(""\)|stringContaining\(""\)|stringMatching\(""\)/,
    bad: `expect(ran.stdout).toEqual(expect.stringMatching(""));`,
    good: `expect(ran.stdout).toBe("");`,
  },
  {
    name: "a promise that is expected to fail is awaited",
    refused: /^\s*expect\([^\n]*\)\.(?:rejects|resolves)\./m,
    bad: "  expect(act()).rejects.toThrow();",
    good: "  await expect(act()).rejects.toThrow();",
  },
  {
    name: "no test is alone, put off, or left out without a reason that is looked at",
    refused: /\b(?:test|describe)\.(?:only|todo|skip)\(/,
    bad: `test.only("x", () => undefined);`,
    good: `test.skipIf(process.getuid?.() !== 0)("x", () => undefined);`,
  },
  {
    name: "a test that a platform cannot run is skipped, and says so",
    refused: /^(?: {2}| {4})if \(process\.(?:platform|getuid)[^\n]*\) return;$/m,
    bad: `    if (process.platform !== "linux") return;`,
    good: `test.skipIf(process.platform !== "linux")("x", () => undefined);`,
  },
];

/** Where a rule is broken for a reason: path, then the reason. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ["kernel/config.test.ts", "makes no pipe where there are none, and the test then reads a config that is not there"],
  ["audience/wide-bombs.test.ts", "asserts everything but memory first"],
]);

const FILES = [...new Bun.Glob("**/*.test.ts").scanSync(join(CHECKOUT, "tests"))]
  .filter((path) => path !== "architecture/test-files.test.ts" && !ALLOWED.has(path))
  .map((path) => ({ path, text: readFileSync(join(CHECKOUT, "tests", path), "utf8") }));

test.each(RULES.map((rule) => [rule.name, rule] as const))("%s", (_name, { refused }) => {
  expect(FILES.length).toBeGreaterThan(100);
  expect(FILES.filter(({ text }) => refused.test(text)).map(({ path }) => path)).toEqual([]);
});

test.each(RULES.map((rule) => [rule.name, rule] as const))("the rule can fail, and lets pass: %s", (_name, rule) => {
  expect(rule.refused.test(rule.bad)).toBe(true);
  expect(rule.refused.test(rule.good)).toBe(false);
});
