import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkText } from "../../src/cli/judge/bar-text.ts";
import { annotationsText } from "../../src/cli/judge/render-github.ts";
import { junitText } from "../../src/cli/judge/render-junit.ts";
import { markdownText } from "../../src/cli/judge/render-markdown.ts";
import { performanceText } from "../../src/cli/judge/render-performance.ts";
import { headline, scoreSummary } from "../../src/cli/print/score-text.ts";
import { scorecardsYaml } from "../../src/cli/print/scorecard.ts";
import { performanceOf } from "../../src/judge/explain/performance.ts";
import { holdAgainst, passes } from "../../src/judge/score/bars.ts";
import { DIMENSIONS, type Scorecard } from "../../src/judge/score/scorecard.ts";
import { shownNumber } from "../../src/judge/score/shown-number.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { scorecard } from "../support/scorecards.ts";

/** What is shown and what is decided agree: a number lies on the same side of a bound in text as it does by itself. */

test.each([
  [6.96, [7], "6.96"],
  [6.9999, [7], "6.9999"],
  [6.94, [7], "6.9"],
  [7, [7], "7.0"],
  [7.04, [7], "7.0"],
  [7.04, [7, 7.04], "7.04"],
  [3.95, [7, 4], "3.95"],
  [6.999_999_999_999_999, [7], "6.999999999999999"],
  [0, [0], "0.0"],
  [1e-300, [0], "0.0"],
] as const)("shownNumber(%p) with the bounds %j is %s", (value, least, text) => {
  expect(shownNumber(value, 1, { least })).toBe(text);
});

const near = (bound: number) =>
  fc.oneof(
    fc.double({ min: 0, max: 10, noNaN: true }),
    fc
      .tuple(fc.constantFrom(-1, 1), fc.integer({ min: 1, max: 16 }))
      .map(([side, power]) => Math.min(10, Math.max(0, bound + side * 10 ** -power))),
    fc.constantFrom(bound, 6.96, 3.96, 6.949_999, 3.999_999_9),
  );
const bound = fc.oneof(fc.constantFrom(7, 4, 0, 10, 6.95), fc.double({ min: 0, max: 10, noNaN: true }));

test("shownNumber() agrees with every bound, whatever the number and the bound are", () => {
  const cases = bound.chain((one) => fc.tuple(near(one), fc.constant(one), fc.nat(4)));
  fc.assert(
    fc.property(cases, ([value, limit, decimals]) => {
      const least = Number(shownNumber(value, decimals, { least: [limit] }));
      const most = Number(shownNumber(value, decimals, { most: [limit] }));
      expect([least >= limit, most <= limit]).toEqual([value >= limit, value <= limit]);
    }),
    { numRuns: 2_000 },
  );
});

function scoring(composite: number, cost = 0.4): Scorecard {
  const recommendation = composite >= 7 ? "keep" : composite >= 4 ? "review" : "doff";
  const dimensions = Object.fromEntries(DIMENSIONS.map((name) => [name, composite])) as Scorecard["dimensions"];
  const card = scorecard();
  return { ...card, composite, dimensions, recommendation, stats: { ...card.stats, total_cost: cost } };
}

const advised = (shown: number) => (shown >= 7 ? "keep it" : shown >= 4 ? "worth a review" : "better doffed");

test("no text for people shows a composite that contradicts its advice", () => {
  fc.assert(
    fc.property(fc.oneof(near(7), near(4)), (composite) => {
      const card = scoring(composite);
      const explained = performanceOf(card, [], { failingTools: [], costliestPrompts: [] });
      const output = { columns: 200, color: false, nowUnixMs: 0 };
      for (const text of [headline(card), scoreSummary(card), performanceText(explained, output)]) {
        const [, shown, advice] = /: ([\d.]+) of 10, ([a-z ]+) \(/.exec(text) ?? [];
        expect({ text, advice }).toEqual({ text, advice: advised(Number(shown)) });
      }
      const reading = readYaml(scorecardsYaml([{ card, checks: [] }], false));
      const shown = reading.kind === "read" ? (reading.value as { composite: number }).composite : Number.NaN;
      expect(advised(shown)).toBe(advised(composite));
      const cells =
        markdownText([{ card, checks: [] }])
          .split("\n")[4]
          ?.split(" | ") ?? [];
      expect(advised(Number(cells[2]))).toBe(advised(composite));
    }),
    { numRuns: 300 },
  );
});

test("no report shows a number that contradicts the verdict of its bar", () => {
  const cases = bound.chain((least) => fc.tuple(fc.constant(least), near(least)));
  fc.assert(
    fc.property(cases, cases, ([least, composite], [maxCost, cost]) => {
      const judged = holdAgainst(scoring(composite, cost), { min: { composite: least, quality: least }, maxCost });
      const [atLeast, , atMost] = judged.checks.map(({ passed }) => passed);
      const agrees = (shownScore: unknown, shownCost: unknown) =>
        expect([Number(shownScore) >= least, Number(shownCost) <= maxCost]).toEqual([atLeast, atMost] as boolean[]);
      const cells = markdownText([judged]).split("\n")[4]?.split(" | ") ?? [];
      agrees(cells[2], cells[8]?.replace("\\$", ""));
      agrees(cells[3], cells[8]?.replace("\\$", ""));
      const reading = readYaml(scorecardsYaml([judged], false));
      const value = reading.kind === "read" ? (reading.value as Scorecard) : judged.card;
      agrees(value.composite, value.stats.total_cost);
      const texts = judged.checks.map((check) => /^[a-z]+ \$?([\d.e-]+) (?:is|reaches)/.exec(checkText(check))?.[1]);
      agrees(texts[0], texts[2]);
      const junit = junitText([judged], "2026-11-22T12:00:00.000Z");
      const property = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(junit)?.[1];
      agrees(property("composite"), property("total_cost"));
      if (passes(judged)) {
        agrees(/: ([\d.e-]+) of 10/.exec(annotationsText([judged]))?.[1], cells[8]?.replace("\\$", ""));
      }
    }),
    { numRuns: 500 },
  );
});
