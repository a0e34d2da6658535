import { expect, test } from "bun:test";
import fc from "fast-check";
import { differenceOf, type Pair, wilson } from "../../src/masque/trial/interval.ts";

const pair = (passed: number, of: number, otherPassed: number, otherOf: number): Pair => ({
  one: { passed, of },
  other: { passed: otherPassed, of: otherOf },
});

/** @source R. G. Newcombe, 1998, table II, method 10. */
test.each([
  [pair(56, 70, 48, 80), 0.0524, 0.3339],
  [pair(9, 10, 3, 10), 0.1705, 0.809],
  [pair(6, 7, 2, 7), 0.0582, 0.8062],
  [pair(5, 56, 0, 29), -0.0381, 0.1926],
  [pair(10, 10, 0, 20), 0.6791, 1],
])("differenceOf() of one prompt is the published interval: %j", (given, low, high) => {
  const found = differenceOf([given]);
  expect(found?.low).toBeCloseTo(low, 4);
  expect(found?.high).toBeCloseTo(high, 4);
});

test("wilson() gives the published interval of 81 of 263, and stays inside 0 and 1", () => {
  expect(wilson({ passed: 81, of: 263 }).low).toBeCloseTo(0.2553, 4);
  expect(wilson({ passed: 81, of: 263 }).high).toBeCloseTo(0.3662, 4);
  expect(wilson({ passed: 0, of: 3 }).low).toBe(0);
  expect(wilson({ passed: 3, of: 3 }).high).toBe(1);
});

test.each([
  ["three against three", [pair(3, 3, 0, 3)], "unclear"],
  ["four against four", [pair(4, 4, 0, 4)], "higher"],
  ["four against four the other way", [pair(0, 4, 4, 4)], "lower"],
  ["four prompts asked once", [1, 2, 3, 4].map(() => pair(1, 1, 0, 1)), "unclear"],
  ["six prompts asked once", [1, 2, 3, 4, 5, 6].map(() => pair(1, 1, 0, 1)), "higher"],
  ["the same in both", [pair(20, 40, 20, 40)], "unclear"],
] as const)("differenceOf() says what can be said: %s", (_what, pairs, verdict) => {
  expect(differenceOf(pairs)?.verdict).toBe(verdict);
});

test("differenceOf() leaves a prompt out that one arm did not answer, and answers null when none is left", () => {
  expect(differenceOf([pair(4, 4, 0, 4), pair(4, 4, 0, 0)])).toEqual(differenceOf([pair(4, 4, 0, 4)]));
  expect(differenceOf([pair(0, 0, 1, 2)])).toBeNull();
  expect(differenceOf([])).toBeNull();
});

const TALLY = fc
  .integer({ min: 1, max: 60 })
  .chain((of) => fc.record({ passed: fc.nat({ max: of }), of: fc.constant(of) }));
const PAIRS = fc.array(fc.record({ one: TALLY, other: TALLY }), { minLength: 1, maxLength: 8 });

test("differenceOf() holds its difference in its interval, inside -1 and 1, and turns round with the arms", () => {
  fc.assert(
    fc.property(PAIRS, (pairs) => {
      const found = differenceOf(pairs);
      const turned = differenceOf(pairs.map(({ one, other }) => ({ one: other, other: one })));
      if (!found || !turned) throw new Error("every prompt was answered");
      expect(found.low).toBeGreaterThanOrEqual(-1 - 1e-9);
      expect(found.high).toBeLessThanOrEqual(1 + 1e-9);
      expect(found.low).toBeLessThanOrEqual(found.difference);
      expect(found.high).toBeGreaterThanOrEqual(found.difference);
      expect(turned.low).toBeCloseTo(-found.high, 9);
      expect(turned.high).toBeCloseTo(-found.low, 9);
    }),
  );
});
