import { expect, test } from "bun:test";
import fc from "fast-check";
import { LIMITS } from "../../../src/kernel/limits.ts";
import { writeYaml } from "../../../src/kernel/text/write-yaml.ts";
import { sharedTextOf } from "../../../src/masque/lint/shared-text.ts";
import { lintText, masqueOf } from "../../support/lint.ts";

/** Texts of strangers: lint ends, throws nothing, and each place that it names is in the file. */

/** A guard against hanging, far above what any of these takes. */
const CEILING_MS = 20_000;

const LONG: readonly [what: string, piece: string, rule?: string][] = [
  ["one letter", "a"],
  ["capital letters", "A"],
  ["spaces", " "],
  ["the beginning of a biography", "you are a very "],
  ["quotes that do not end", 'x "'],
  ["full stops", ". "],
  ["short lines", "A\n"],
  ["the beginning of an order", "ignore all your previous "],
  ["adjectives", "write clean, good, great ", "block/tokens"],
  ["a key that does not end", "password: "],
  ["Chinese", "漢", "block/tokens"],
];

test.each(LONG)(
  "a lens of 60 KiB of %s is read to its end",
  (_what, piece, rule = "lens/no-report") => {
    const lens = `Read. ${piece.repeat(Math.floor((60 * 1024) / Buffer.byteLength(piece)))}.`;
    const problems = lintText(writeYaml({ name: "Long", version: "1.0.0", lens }));
    expect(problems.map((problem) => problem.rule)).toContain(rule);
  },
  CEILING_MS,
);

const WORDS = [
  "never",
  "report",
  "be careful",
  "You are",
  "a seasoned",
  "ignore",
  "your",
  "instructions",
  '"',
  "`",
  "\n- ",
  ". ",
  "ü",
  "İ",
  "🎯",
  "12",
  ":",
];

test("any text is linted without an exception, and every problem is in the file", () => {
  const prose = fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })), { maxLength: 60 });
  fc.assert(
    fc.property(prose, prose, (lens, context) => {
      const text = writeYaml({ name: "Any", version: "1.0.0", lens: lens.join(" "), context: context.join(" ") });
      const lines = text.split("\n");
      for (const { line, column } of lintText(text)) {
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
      }
    }),
    { numRuns: 300 },
  );
});

test("more words than are compared: the last masques are left out, and counted", () => {
  const lens = "word ".repeat(12_000);
  const masques = Array.from({ length: Math.ceil(LIMITS.lintComparedWordsMax / 12_000) + 2 }, (_, at) =>
    masqueOf(`name: M${at}\nversion: "1.0.0"\nlens: ${lens}\n`),
  );
  expect(sharedTextOf(masques).leftOut).toBe(masques.length - Math.floor(LIMITS.lintComparedWordsMax / 12_000));
});
