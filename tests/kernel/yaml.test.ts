import { expect, test } from "bun:test";
import fc from "fast-check";
import { LIMITS } from "../../src/kernel/limits.ts";
import { positionAt } from "../../src/kernel/text/position.ts";
import { writeYaml } from "../../src/kernel/text/write-yaml.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";

const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((key, at) => `${key}: &${key} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(", ")}]`),
].join("\n");

const nestedKeys = (depth: number) => Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}k:`).join("\n");
const manyKeys = (count: number) => Array.from({ length: count }, (_, at) => `k${at}:`).join("\n");

test.each([
  ["a tag of JavaScript's", "a: !!js/function 'x'", 'The tag "!!js/function" is refused', 1],
  ["a tag of one's own", "a: 1\nb: !mine x", 'The tag "!mine" is refused', 2],
  ["a core tag", "a: !!str 1", 'The tag "!!str" is refused', 1],
  ["a key that is there twice", "a: 1\nb: 2\na: 3", "This key is here twice", 3],
  ["a second document", "a: 1\n---\nb: 2", "A second document begins: a file holds one", 2],
  ["a key that is a list", "? [a]\n: 1", "A key must be plain text", 1],
  ["aliases that explode", BOMB, "Aliases expand too far", 2],
  ["an alias of nothing", "a: *x", "Unresolved alias (the anchor must be set before the alias): x", 1],
  ["brackets without end", `a: ${"[".repeat(200_000)}`, "Nesting is deeper than 32 levels", 1],
  ["sequences within sequences", `a:\n  ${"- ".repeat(100_000)}x`, "Nesting is deeper than 32 levels", 2],
  ["colons without end", ": ".repeat(8_192), "Nesting is deeper than 32 levels", 1],
  ["colons after a key", `a:\n  ${"? : ".repeat(60_000)}x`, "Nesting is deeper than 32 levels", 2],
  ["keys within keys by indentation", nestedKeys(33), "Nesting is deeper than 32 levels", 33],
  ["keys without end", manyKeys(40_000), "The file has more than 10000 keys, values and signs", 5_001],
  [
    "keys without end in braces",
    `a: {${"b, ".repeat(60_000)}}`,
    "The file has more than 10000 keys, values and signs",
    1,
  ],
  ["items without end", `a:\n${"- b\n".repeat(60_000)}`, "The file has more than 10000 keys, values and signs", 5_001],
  ["a key without end", `a: 1\n${"k".repeat(1_025)}: 1`, "A key is longer than 1024 characters", 2],
  ["a quoted key without end", `a: 1\n"${"k".repeat(2_000)}": 1`, "A key is longer than 1024 characters", 2],
  ["a quote that is never closed", 'a: "x\nb: 1\n', 'Missing closing "quote', 3],
])("readYaml() refuses %s and says where", (_what, text, message, line) => {
  const reading = readYaml(text);
  if (reading.kind === "read") throw new Error("It was read");
  expect(reading.faults[0]).toMatchObject({ message, line });
});

test.each([
  ["as deep as the bound", nestedKeys(32)],
  ["a thousand items", `a:\n${"- b\n".repeat(1_000)}`],
  ["a block of text with signs in every line", `a: |\n${"  - : ? [{ - - - : :\n".repeat(10_000)}`],
  ["many lines of comments", "# - : ? [{\n".repeat(20_000)],
  ["lines less indented after deep ones", `${nestedKeys(30)} 1\nb:\n c: 1\n`],
  ["a sentence with brackets and colons", 'a: "[[[[[ : : : : - - -"'],
  ["a key as long as the bound", `${"k".repeat(1_024)}: 1`],
])("readYaml() reads %s", (_what, text) => {
  expect(readYaml(text).kind).toBe("read");
});

test("readYaml() reads an empty document as null", () => {
  expect(readYaml("")).toMatchObject({ kind: "read", value: null });
  expect(readYaml("# only a comment\n")).toMatchObject({ kind: "read", value: null });
});

test("readYaml() takes CRLF for a newline, few aliases, and many pairs on one line", () => {
  expect(readYaml("a: |\r\n  x\r\n  y\r\n")).toMatchObject({ value: { a: "x\ny\n" } });
  expect(readYaml("a: &a x\nb: [*a, *a]")).toMatchObject({ value: { a: "x", b: ["x", "x"] } });
  const pairs = Array.from({ length: LIMITS.yamlDepthMax * 3 }, (_, at) => `k${at}: ${at}`).join(", ");
  expect(readYaml(`a: {${pairs}}`).kind).toBe("read");
});

test("readYaml().locate() points at values, keys, and the nearest thing there is", () => {
  const reading = readYaml("name: X\nattributes:\n  tags: [a, b]\nlens:\n");
  if (reading.kind === "broken") throw new Error("It was not read");
  expect(reading.locate(["attributes", "tags", 1])).toEqual({ line: 3, column: 13 });
  expect(reading.locate(["attributes", "tags"], "key")).toEqual({ line: 3, column: 3 });
  expect(reading.locate(["lens"])).toEqual({ line: 4, column: 1 });
  expect(reading.locate(["missing"])).toEqual({ line: 1, column: 1 });
});

test("readYaml() reads back what writeYaml() writes", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (value) => {
      const reading = readYaml(writeYaml(value));
      expect(reading.kind === "read" && reading.value).toEqual(value);
    }),
    { numRuns: 50 },
  );
});

test("readYaml() never throws, whatever it is given", () => {
  const noise = fc.array(
    fc.constantFrom("a", ": ", "- ", "\n", "  ", "&x ", "*x", "!t ", "[", "]", "{", "}", '"', "|", "#", "? "),
  );
  fc.assert(
    fc.property(noise, (pieces) => {
      expect(["read", "broken"]).toContain(readYaml(pieces.join("")).kind);
    }),
    { numRuns: 300 },
  );
});

test("positionAt() counts from 1 and stays within the text", () => {
  expect(positionAt("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
  expect(positionAt("ab", 99)).toEqual({ line: 1, column: 3 });
});
