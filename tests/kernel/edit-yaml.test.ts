import { expect, test } from "bun:test";
import fc from "fast-check";
import { setYamlTexts } from "../../src/kernel/text/edit-yaml.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";

const FROM = { path: ["a", "from"], text: "X 1" } as const;

test.each([
  ["a plain text", "name: A # one\nb: 1\n", 'name: "N" # one\nb: 1\n'],
  ["a quoted text", "name: 'A'\nb: 1\n", 'name: "N"\nb: 1\n'],
  ["a block", "name: |\n  A\nb: 1\n", 'name: "N"\nb: 1\n'],
  ["a text that is anchored", "name: &x A\nb: 1\n", 'name: &x "N"\nb: 1\n'],
  ["a text in braces", "{name: A, b: 1}", '{name: "N", b: 1}'],
  ["a text without a newline after it", "b: 1\nname: A", 'b: 1\nname: "N"'],
  ["CRLF", "name: A\r\nb: 1\r\n", 'name: "N"\r\nb: 1\r\n'],
])("setYamlTexts() replaces %s", (_what, source, expected) => {
  expect(setYamlTexts(source, [{ path: ["name"], text: "N" }])).toBe(expected);
});

test.each([
  ["into a map", "a:\n  # why\n  b: 1\n", 'a:\n  # why\n  from: "X 1"\n  b: 1\n'],
  ["into a map with CRLF", "a:\r\n    b: 1\r\n", 'a:\r\n    from: "X 1"\r\n    b: 1\r\n'],
  ["into braces", "a: {b: 1}\n", 'a: { from: "X 1",b: 1}\n'],
  ["into empty braces", "a: {}\n", 'a: { from: "X 1" }\n'],
  ["at the top", "x: 1 # c\ny: 2\n", 'x: 1 # c\na: { from: "X 1" }\ny: 2\n'],
  ["at the top, below a block", "x: |\n  one\ny: 2\n", 'x: |\n  one\na: { from: "X 1" }\ny: 2\n'],
  ["at the top, where no newline ends the file", "x: 1", 'x: 1\na: { from: "X 1" }\n'],
  ["at the top, in braces", "{x: 1}", '{ a: { from: "X 1" },x: 1}'],
])("setYamlTexts() adds a key %s", (_what, source, expected) => {
  expect(setYamlTexts(source, [FROM])).toBe(expected);
});

test("setYamlTexts() sets any text, and changes no other value", () => {
  const text = fc.string({ unit: "grapheme" });
  const map = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), text, { minKeys: 1 });
  fc.assert(
    fc.property(map, map, text, (top, inner, value) => {
      const source = `# c\n${JSON.stringify({ name: "A", ...top, a: inner })}\n`;
      const edited = readYaml(
        setYamlTexts(source, [
          { path: ["name"], text: value },
          { ...FROM, text: value },
        ]),
      );
      const expected = { ...top, name: value, a: { ...inner, from: value } };
      expect(edited).toMatchObject({ kind: "read", value: expected });
    }),
  );
});
