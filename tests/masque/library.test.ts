import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json } from "../../src/kernel/text/json.ts";
import { CATEGORIES, textAttribute } from "../../src/masque/masque.ts";
import { criteriaOf } from "../../src/masque/rubric/criteria.ts";
import { sharedMasques } from "../../src/masque/shared.ts";

/** What holds for the library as a whole, and for each of its masques. */

const MASQUES_MIN = 36;
const CATEGORY_MASQUES_MIN = 6;
const RUN_WORDS = 8;
const LENS_WORDS = { least: 250, most: 600 } as const;

const LIBRARY = sharedMasques().map(({ masque }) => masque);
const NAMES = LIBRARY.map(({ name }) => name as string);

test(`the library has at least ${MASQUES_MIN} masques, ${CATEGORY_MASQUES_MIN} in each category`, () => {
  expect(LIBRARY.length).toBeGreaterThanOrEqual(MASQUES_MIN);
  const small = CATEGORIES.filter(
    (category) =>
      LIBRARY.filter((masque) => textAttribute(masque, "category") === category).length < CATEGORY_MASQUES_MIN,
  );
  expect(small).toEqual([]);
});

test("the README lists every masque under its category", () => {
  const readme = readFileSync(join(import.meta.dir, "../../README.md"), "utf8");
  for (const category of CATEGORIES) {
    const names = LIBRARY.filter((masque) => textAttribute(masque, "category") === category).map(({ name }) => name);
    expect(readme).toContain(`| ${category} | ${names.join(", ")} |`);
  }
});

test("each masque has a domain of its own", () => {
  const domains = LIBRARY.map((masque) => textAttribute(masque, "domain"));
  expect(domains.filter((domain, at) => domain === undefined || domains.indexOf(domain) !== at)).toEqual([]);
});

test("at least half of the library's criteria are decided by a program", () => {
  const criteria = LIBRARY.flatMap(criteriaOf);
  const checked = criteria.filter(({ check }) => check !== undefined);
  expect(checked.length * 2).toBeGreaterThanOrEqual(criteria.length);
});

test(`no two masques share a run of ${RUN_WORDS} words`, () => {
  const firstWith = new Map<string, string>();
  const shared: string[] = [];
  for (const masque of LIBRARY) {
    for (const run of new Set(textsIn(masque).flatMap(runsOf))) {
      const other = firstWith.get(run);
      if (other === undefined) firstWith.set(run, masque.name);
      else shared.push(`${other}, ${masque.name}: ${run}`);
    }
  }
  expect(shared).toEqual([]);
  expect(firstWith.size).toBeGreaterThan(LIBRARY.length * LENS_WORDS.least);
});

test("a run of words is found whatever separates the words", () => {
  expect(runsOf("One two,\n three: four five six Seven eight nine")).toEqual([
    "one two three four five six seven eight",
    "two three four five six seven eight nine",
  ]);
  expect(textsIn({ a: ["x", { b: "y" }], c: 1 })).toEqual(["x", "y"]);
});

describe.each(LIBRARY.map((masque) => [masque.name as string, masque] as const))("%s", (_name, masque) => {
  test("names a complement that is in the library, and not itself", () => {
    expect(NAMES.filter((name) => name !== masque.name)).toContain(textAttribute(masque, "complement") ?? "none");
  });

  test(`has a lens of ${LENS_WORDS.least} to ${LENS_WORDS.most} words, and an anchor`, () => {
    const words = masque.lens.trim().split(/\s+/).length;
    expect(words).toBeGreaterThanOrEqual(LENS_WORDS.least);
    expect(words).toBeLessThanOrEqual(LENS_WORDS.most);
    expect(masque.anchor).toBeString();
  });

  test("says what it is for and when to wear it, each in a line of its own", () => {
    for (const key of ["tagline", "occasion"]) expect(textAttribute(masque, key)).toMatch(/^\S.{10,90}\S$/);
  });

  test("has criteria, at least two of which a program decides", () => {
    expect(criteriaOf(masque).filter(({ check }) => check !== undefined).length).toBeGreaterThanOrEqual(2);
  });
});

/** Every text of a masque, without its keys. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value as Json) ? Object.values(value as object).flatMap(textsIn) : [];
}

function runsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}'-]+/gu) ?? [];
  return words
    .slice(0, Math.max(0, words.length - RUN_WORDS + 1))
    .map((_, at) => words.slice(at, at + RUN_WORDS).join(" "));
}
