import { expect, test } from "bun:test";
import fc from "fast-check";
import { nearest } from "../../src/kernel/text/nearest.ts";

test.each([
  ["lense", ["lens", "context"], "lens"],
  ["Codesmth", ["Codesmith", "Mirror"], "Codesmith"],
  ["CODESMITH", ["codesmith"], "codesmith"],
  ["codesmiht", ["codesmith", "chronicler"], "codesmith"],
  ["dno", ["don", "doff", "id"], "don"],
  ["LENSE", ["lens", "context"], "lens"],
  ["jsno", ["json", "help"], "json"],
  ["x", ["y"], "y"],
  ["x", ["don", "id"], undefined],
  ["something", ["else", "entirely"], undefined],
  ["zzzz", ["don", "doff"], undefined],
  ["", ["a"], "a"],
  ["", ["don"], undefined],
  ["anything", [], undefined],
  ["session-startxyz", ["session-start"], "session-start"],
  ["session-startwxyz", ["session-start"], undefined],
])("nearest() answers %j among %j with %p", (word, candidates, found) => {
  expect(nearest(word, candidates)).toBe(found);
});

test("nearest() finds any word that lost one letter", () => {
  const words = ["session-start", "audience", "performance", "validate"];
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.nat(20), (word, at) => {
      const slip = at % word.length;
      expect(nearest(word.slice(0, slip) + word.slice(slip + 1), words)).toBe(word);
    }),
  );
});
