import { expect, test } from "bun:test";
import { RULES } from "../../../src/masque/lint/rules.ts";
import { SHARED_EXAMPLE, sharedTextOf } from "../../../src/masque/lint/shared-text.ts";
import { lintText, masqueOf, withKeys } from "../../support/lint.ts";

const OTHER = sharedTextOf([masqueOf(`name: Other\nversion: "1.0.0"\nlens: ${SHARED_EXAMPLE}\n`)]);

const rulesIn = (keys: string) => lintText(withKeys(keys), OTHER).map(({ rule }) => rule);

test.each(RULES.map(({ id }) => id))("the example that fails breaks %s and no other rule", (id) => {
  const fails = RULES.find((rule) => rule.id === id)?.fails ?? "";
  expect([...new Set(rulesIn(fails))]).toEqual([id]);
});

test.each(RULES.map(({ id }) => id))("the example that passes comes near %s and breaks no rule", (id) => {
  const passes = RULES.find((rule) => rule.id === id)?.passes ?? "";
  expect(rulesIn(passes)).toEqual([]);
});

test("ids are unique, and what is dangerous cannot be silenced", () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  expect(RULES.filter(({ canSilence }) => !canSilence).map(({ id }) => id)).toEqual([
    "text/secret",
    "text/override",
    "text/invisible",
    "lint/silence",
    "file/invalid",
  ]);
});

test("the clean masque of these tests is clean", () => {
  expect(lintText(withKeys(""))).toEqual([]);
});
