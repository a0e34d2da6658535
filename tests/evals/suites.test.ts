import { expect, test } from "bun:test";
import type { Masque, ResolvedMasque } from "../../src/masque/masque.ts";
import { compilePattern } from "../../src/masque/re2/compile-pattern.ts";
import { decideCriteria } from "../../src/masque/rubric/decide-criteria.ts";
import { sharedBySlug } from "../../src/masque/shared.ts";
import { ARMS, type Arm, systemTexts } from "../../src/masque/trial/arms.ts";
import { SHARED_SUITES } from "../../src/masque/trial/shared-suites.ts";
import { casesFrom, type TrialCase } from "../../src/masque/trial/suite.ts";
import { scriptedAnswer } from "./scripted-model.ts";

/** The shared suites against the scripted model, without promptfoo between them: `promptfoo.test.ts` puts it there. */

const SLUGS = SHARED_SUITES.map(({ slug }) => slug);

test("twelve masques or more have a suite, and each suite has two cases or more", () => {
  expect(SLUGS.length).toBeGreaterThanOrEqual(12);
  for (const slug of SLUGS) expect(suiteOf(slug).cases.length).toBeGreaterThanOrEqual(2);
});

test.each(SLUGS)("%s: every case passes in the masque, and fails without a masque and with the placebo", (slug) => {
  const { resolved, cases } = suiteOf(slug);
  const names = cases.map(({ name }) => name);
  expect(failing(resolved, cases, "masque")).toEqual([]);
  expect(failing(resolved, cases, "none")).toEqual(names);
  expect(failing(resolved, cases, "placebo")).toEqual(names);
});

test.each(SLUGS)("%s: an empty lens fails every case", (slug) => {
  const { resolved, cases } = suiteOf(slug);
  const emptied = withLens(resolved, "(nothing)");
  expect(failing(emptied, cases, "masque")).toEqual(cases.map(({ name }) => name));
});

test.each(SLUGS)("%s: for each case a rule of the lens exists whose removal fails this case alone", (slug) => {
  const { resolved, cases } = suiteOf(slug);
  const { lens } = resolved.masque;
  const outcomes = rulesIn(lens).map((rule) => failing(withLens(resolved, lens.replace(rule, " ")), cases, "masque"));
  for (const { name } of cases) expect({ [name]: outcomes.some(isOnly(name)) }).toEqual({ [name]: true });
});

test("the scripted model answers by what it receives alone, and knows no masque's name", async () => {
  const source = await Bun.file(new URL("scripted-model.ts", import.meta.url)).text();
  for (const slug of SLUGS) expect(source.toLowerCase()).not.toContain(slug);
  expect(scriptedAnswer("# Lens\nEnd with `Verdict:` go or no-go.", "Ship?")).toMatch(/^Verdict: go$/m);
  expect(scriptedAnswer("# Lens\nEnd with a song.", "Ship?")).not.toContain("Verdict");
  expect(scriptedAnswer("# Lens\nAt most 80 words.", "Ship?").split(/\s+/).length).toBeLessThanOrEqual(80);
});

const isOnly = (name: string) => (failed: readonly string[]) => failed.length === 1 && failed[0] === name;

function suiteOf(slug: string): { readonly resolved: ResolvedMasque; readonly cases: readonly TrialCase[] } {
  const resolved = sharedBySlug(slug);
  const suite = SHARED_SUITES.find((one) => one.slug === slug)?.suite;
  if (!resolved || suite === undefined) throw new Error(`No shared masque has the suite ${slug}.yaml`);
  return { resolved, cases: casesFrom(suite, resolved.masque, `${slug}.yaml`) };
}

function withLens({ masque, ...rest }: ResolvedMasque, lens: string): ResolvedMasque {
  return { ...rest, masque: { ...masque, lens } satisfies Masque };
}

/** The parts of a lens: sentences, what stands between semicolons and commas, and labels. */
function rulesIn(lens: string): string[] {
  const parts = lens.split(/(?<=[.;:,/!?]["'”]?)\s+|\n\s*\n|(?=`[A-Z][A-Za-z ]*:`)|(?<=:`)\s+/);
  return parts.filter((part) => part.trim() !== "");
}

/** The names of the cases that an arm does not pass. */
function failing(resolved: ResolvedMasque, cases: readonly TrialCase[], arm: Arm): string[] {
  expect(ARMS).toContain(arm);
  const system = systemTexts(resolved)[arm] ?? "";
  return cases
    .filter(({ prompt, criteria }) => {
      const answer = scriptedAnswer(system, prompt);
      const decisions = decideCriteria(criteria, { answer, toolsUsed: null }, compilePattern);
      return decisions.some(({ outcome }) => outcome !== "passed");
    })
    .map(({ name }) => name);
}
