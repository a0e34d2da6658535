import { expect, test } from "bun:test";
import fc from "fast-check";
import { digestOf } from "../../src/kernel/text/digest.ts";
import { identityBlock } from "../../src/masque/identity-block.ts";
import type { Masque, MasqueName } from "../../src/masque/masque.ts";
import { chanceOf, landscape } from "../../src/masque/placebo/landscape.ts";
import { countWords, placeboOf } from "../../src/masque/placebo/placebo.ts";
import { sharedMasques } from "../../src/masque/shared.ts";

/** What a text that helps with work would say. */
const PROCEDURE =
  /[`:;?!\d]|\b(?:you|must|should|never|always|first|then|do|not|no|if|when|begin|end|report|answer|check|test|write|run|read|say|list|ask)\b/i;

const DIGEST = fc.string({ maxLength: 20 }).map(digestOf);

test("landscape() has exactly the words that are asked for, in whole sentences that ask for nothing", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1500 }), DIGEST, (words, digest) => {
      const text = landscape(words, chanceOf(digest));
      expect(countWords(text)).toBe(words);
      expect(text).not.toMatch(PROCEDURE);
      for (const sentence of text === "" ? [] : text.split(/(?<=\.) /)) expect(sentence).toMatch(/^[A-Z][a-z ]*\.$/);
    }),
  );
});

test("every sentence of four words or more says what something is or does", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 13 }), DIGEST, (words, digest) => {
      const [subject, ...rest] = landscape(words, chanceOf(digest)).split(
        / (?=is |lies|rests|ends|fades|shines|begins)/,
      );
      expect(subject).toMatch(/^The (?:[a-z]+ )?[a-z]+$/);
      expect(rest).toHaveLength(1);
      expect(rest[0]).toMatch(/^(?:is [a-z]+|[a-z]+s)(?: [a-z]+ the (?:[a-z]+ )?[a-z]+)*\.$/);
    }),
  );
});

test("placeboOf() has as many words as the block of each shared masque, in as many paragraphs and sections", () => {
  const masques = sharedMasques();
  expect(masques.length).toBeGreaterThan(5);
  for (const { masque, digest } of masques) {
    const placebo = placeboOf({ masque, digest });
    expect(placebo.words).toBe(placebo.masqueWords);
    expect(countWords(placebo.block)).toBe(placebo.words);
    expect(placebo.block).toStartWith('<masque-identity name="Placebo" version="1.0.0" digest="sha256:');
    expect(placebo.block.includes("# Context\n")).toBe(masque.context !== undefined);
    expect(placebo.block).toContain("\n# Wearing it\n");
    const [said] = /(?<=# Lens\n)[\s\S]*?(?=\n\n# )/.exec(placebo.block) ?? [""];
    expect(said).not.toMatch(PROCEDURE);
    expect(said.split("\n\n").length).toBeGreaterThanOrEqual(masque.lens.trim().split(/\n\s*\n/).length);
  }
});

test("placeboOf() is the same for the same bytes, and another for others", () => {
  const masque = masqueWith("Look at the logs.\n\nReport in five lines.");
  const [one, two] = [digestOf("one"), digestOf("two")];
  expect(placeboOf({ masque, digest: one })).toEqual(placeboOf({ masque, digest: one }));
  expect(placeboOf({ masque, digest: two }).block).not.toBe(placeboOf({ masque, digest: one }).block);
});

test("placeboOf() has the words of the author's own attributes too", () => {
  const masque = { ...masqueWith("Look at the logs."), attributes: { audience: "people who read on a phone" } };
  const digest = digestOf("one");
  const block = identityBlock({ masque, digest, intent: null, replaces: null });
  expect(block).toContain("people who read on a phone");
  expect(placeboOf({ masque, digest }).words).toBe(countWords(block));
});

test("placeboOf() keeps the length of any lens", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 400, unit: "grapheme" }), DIGEST, (lens, digest) => {
      const masque = masqueWith(lens);
      const expected = countWords(identityBlock({ masque, digest, intent: null, replaces: null }));
      expect(placeboOf({ masque, digest }).words).toBe(expected);
    }),
  );
});

function masqueWith(lens: string): Masque {
  return { name: "Tried" as MasqueName, version: "1.0.0", lens };
}
