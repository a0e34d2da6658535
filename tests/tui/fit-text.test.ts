import { expect, test } from "bun:test";
import fc from "fast-check";
import { fill, truncate, wrap } from "../../src/tui/fit-text.ts";

test.each([
  ["Codesmith", 20, "Codesmith"],
  ["Codesmith", 5, "Code…"],
  ["日本語の名前", 5, "日本…"],
  ["👩‍👩‍👧‍👦 family", 4, "👩‍👩‍👧‍👦 …"],
  ["two\nlines\tand a tab", 30, "two lines and a tab"],
  ["drives\u001b[2Ja terminal", 40, "drives\\u{1b}[2Ja terminal"],
  ["anything", 0, ""],
])("truncate(%j, %d) is %j", (text, columns, cut) => {
  expect(truncate(text, columns)).toBe(cut);
});

test.each([
  ["one two three", 8, ["one two", "three"]],
  ["- a point that wraps", 12, ["- a point", "  that wraps"]],
  ["    set in here", 12, ["    set in", "    here"]],
  ["10. ten is a number", 12, ["10. ten is a", "    number"]],
  ["above\n\nbelow\n\n", 20, ["above", "", "below"]],
  ["abcdefgh", 3, ["abc", "def", "gh"]],
  ["日本語", 4, ["日本", "語"]],
])("wrap(%j, %d) is %j", (text, columns, lines) => {
  expect(wrap(text, columns)).toEqual(lines);
});

test("fill() is as wide as it was asked to be, and wrap() never wider", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 80 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 60 }), (any, columns) => {
      expect(Bun.stringWidth(fill(any, columns))).toBe(columns);
      for (const line of wrap(any, columns)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }),
  );
});
