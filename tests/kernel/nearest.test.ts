import { expect, test } from "bun:test";
import { nearest } from "../../src/kernel/nearest.ts";

test.each([
  ["codesmiht", ["codesmith", "chronicler"], "codesmith"],
  ["dno", ["don", "doff", "id"], "don"],
  ["LENSE", ["lens", "context"], "lens"],
  ["jsno", ["json", "help"], "json"],
  ["x", ["don", "id"], undefined],
  ["zzzz", ["don", "doff"], undefined],
  ["", ["don"], undefined],
  ["don", [], undefined],
])("nearest() answers %j among %j with %p", (word, candidates, found) => {
  expect(nearest(word, candidates)).toBe(found);
});
