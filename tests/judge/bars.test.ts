import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkText, shortfallLines } from "../../src/cli/judge/bar-text.ts";
import { type Bars, hasBars, hasFallenShort, holdAgainst, passes } from "../../src/judge/score/bars.ts";
import { DIMENSIONS } from "../../src/judge/score/scorecard.ts";
import { scorecard } from "../support/scorecards.ts";

const CARD = scorecard();
const none = { tools: 0, toolsOk: 0, costUsd: null };
const SILENT = scorecard({}, { ...none, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 });

describe("holdAgainst()", () => {
  test.each<[string, Bars, boolean]>([
    ["no bar at all", { min: {} }, true],
    ["exactly the bar", { min: { quality: 8 } }, true],
    ["a hair above it", { min: { quality: 8.000_000_000_000_002 } }, false],
    ["a cost of exactly the most", { min: {}, maxCost: 0.4 }, true],
    ["a cost a hair above it", { min: {}, maxCost: 0.399_999_999_999_999_9 }, false],
    ["as much confidence as asked for", { min: {}, confidence: "medium" }, true],
    ["less", { min: {}, confidence: "high" }, false],
    ["one bar of several missed", { min: { composite: 1, quality: 8, autonomy: 9.9 } }, false],
  ])("%s", (_, bars, isPassed) => {
    expect(passes(holdAgainst(CARD, bars))).toBe(isPassed);
  });

  test("a score reaches every bar up to itself and none above, unrounded", () => {
    const score = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(score, (bar) => {
        for (const name of DIMENSIONS) {
          const found = CARD.dimensions[name] ?? Number.NaN;
          const [check] = holdAgainst(CARD, { min: { [name]: bar } }).checks;
          expect(check).toMatchObject({ bar: `min_${name}`, passed: found >= bar });
          expect(check?.short_by).toBe(found >= bar ? null : bar - found);
        }
      }),
    );
  });

  test("what is absent is below any bar, even one of 0, and says why", () => {
    const all = ["composite", ...DIMENSIONS] as const;
    const { checks } = holdAgainst(SILENT, { min: Object.fromEntries(all.map((name) => [name, 0])), maxCost: 1 });
    expect(checks.map(({ passed, found, short_by }) => ({ passed, found, short_by }))).toEqual(
      Array.from({ length: 7 }, () => ({ passed: false, found: null, short_by: null })),
    );
    expect(checks.every(({ absent }) => absent !== null && absent.length > 0)).toBe(true);
    expect(shortfallLines([{ card: SILENT, checks }])[0]).toContain(
      "composite is absent, which is below any bar: no tool",
    );
  });

  test("a session that cost nothing and used tokens is free, not unknown", () => {
    expect(passes(holdAgainst(scorecard({}, { costUsd: 0 }), { min: {}, maxCost: 0 }))).toBe(true);
  });
});

test("hasBars() knows each kind of bar", () => {
  expect(
    [{ min: {} }, { min: { quality: 0 } }, { min: {}, maxCost: 0 }, { min: {}, confidence: "low" }].map((one) =>
      hasBars(one as Bars),
    ),
  ).toEqual([false, true, true, true]);
});

test("hasFallenShort() needs every session to pass", () => {
  const bars: Bars = { min: { quality: 8 } };
  const [good, bad] = [CARD, scorecard({}, { toolsOk: 7 })].map((card) => holdAgainst(card, bars));
  if (!good || !bad) throw new TypeError("two were held");
  expect([hasFallenShort([good]), hasFallenShort([good, bad]), hasFallenShort([])]).toEqual([false, true, false]);
  expect(shortfallLines([good, bad])).toEqual([
    "Codesmith 0.2.0, masque session m-1: quality 7 is 1 below the bar of 8",
  ]);
});

test("checkText() never shows a number that fails as the bar itself", () => {
  const text = (bar: number) => checkText(holdAgainst(CARD, { min: { quality: bar } }).checks[0] ?? fail());
  expect(text(8.000_01)).toBe("quality 8 is 0.00001 below the bar of 8.00001");
  const near = scorecard({}, { tools: 3_000_000, toolsOk: 2_999_999 });
  expect(checkText(holdAgainst(near, { min: { quality: 10 } }).checks[0] ?? fail())).toMatch(
    /^quality 9\.99999\d+ is 0\.0000033 below the bar of 10$/,
  );
});

function fail(): never {
  throw new TypeError("one check was made");
}
