import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryBudget } from "../../src/audience/memory-budget.ts";

const LIMITS = {
  requestsMax: 100,
  bytesMax: 130,
  smallBytesMax: 10,
  bytesKeptForSmall: 30,
  bytesUncollectedMax: 1_000,
};
/** As for a body of unknown length. */
const UNKNOWN = 100;

/** A budget whose collector runs when the test says so. */
function budgetWith(limits: Partial<typeof LIMITS> = {}) {
  const uncollected: (() => void)[] = [];
  const budget = new MemoryBudget({ ...LIMITS, ...limits, collect: (done) => void uncollected.push(done) });
  const collect = () => {
    for (const done of uncollected.splice(0)) done();
  };
  return { budget, collect, uncollected };
}

describe("MemoryBudget", () => {
  test("takes what a small request holds, and nothing for what is only expected", () => {
    const { budget } = budgetWith();
    const held = budget.enter(10);
    expect(budget.bytes).toBe(0);
    expect(held?.hold(7)).toBe(true);
    expect([budget.bytes, held?.isLarge]).toEqual([7, false]);
    held?.[Symbol.dispose]();
    held?.[Symbol.dispose]();
    expect(budget.bytes).toBe(0);
    expect(held?.hold(1)).toBe(false);
  });

  test("takes all that is expected of a request once it is large, so that of several one gets through", () => {
    const { budget } = budgetWith();
    const [first, second] = [budget.enter(UNKNOWN), budget.enter(UNKNOWN)];
    expect(first?.hold(11)).toBe(true);
    expect([budget.bytes, first?.isLarge]).toEqual([100, true]);
    expect(second?.hold(11)).toBe(false);
    expect(first?.hold(89)).toBe(true);
    expect(budget.bytes).toBe(100);
  });

  test("takes what is expected later instead, once the length is known", () => {
    const { budget } = budgetWith();
    const [first, second] = [budget.enter(UNKNOWN), budget.enter(UNKNOWN)];
    first?.expect(60);
    second?.expect(40);
    expect([first?.hold(20), budget.bytes]).toEqual([true, 60]);
    expect([second?.hold(20), budget.bytes]).toEqual([true, 100]);
  });

  test("keeps a part for the small, whatever the large hold", () => {
    const { budget } = budgetWith();
    const [large, another] = [budget.enter(UNKNOWN), budget.enter(11)];
    const small = [budget.enter(UNKNOWN), budget.enter(10), budget.enter(10)];
    expect(large?.hold(50)).toBe(true);
    expect(another?.hold(11)).toBe(false);
    expect(small.map((one) => one?.hold(10))).toEqual([true, true, true]);
    expect(budget.enter(10)?.hold(1)).toBe(false);
    // A small request that turns out to be large competes with the large.
    expect(small[0]?.hold(1)).toBe(false);
    expect(budget.bytes).toBe(130);
  });

  test("has room for one that is alone, however large", () => {
    const { budget } = budgetWith();
    const held = budget.enter(1_000);
    expect([held?.hold(1_000), held?.hold(1)]).toEqual([true, true]);
    expect(budget.enter(1)?.hold(1)).toBe(false);
  });

  test("calls the collector after so many released bytes, and counts the last of them until it ran", () => {
    const { budget, collect, uncollected } = budgetWith({ bytesUncollectedMax: 20 });
    const released = (bytes: number) => {
      const held = budget.enter(bytes);
      held?.hold(bytes);
      held?.[Symbol.dispose]();
      return [uncollected.length, budget.bytes];
    };
    expect([released(10), released(9)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(released(10)).toEqual([1, 10]);
    collect();
    expect(budget.bytes).toBe(0);
    expect(released(90)).toEqual([1, 90]);
    expect(budget.enter(90)?.hold(90)).toBe(false);
    collect();
    expect(budget.bytes).toBe(0);
  });

  test("counts so many requests at once", () => {
    const { budget } = budgetWith({ requestsMax: 2 });
    const [first] = [budget.enter(0), budget.enter(0)];
    expect(budget.enter(0)).toBeUndefined();
    first?.[Symbol.dispose]();
    expect(budget.enter(0)).toBeDefined();
  });

  test("never holds more than its limit, but for one that was alone, and is empty in the end", () => {
    const step = fc.record({ expected: fc.nat(100), chunks: fc.array(fc.nat(30)) });
    fc.assert(
      fc.property(fc.array(step), fc.array(fc.nat(9)), (steps, leaving) => {
        const { budget, collect } = budgetWith({ bytesUncollectedMax: 25 });
        const inside = steps.map(({ expected, chunks }) => {
          const held = budget.enter(expected);
          for (const chunk of chunks) if (!held?.hold(chunk)) break;
          return held;
        });
        const isWithin = budget.bytes <= LIMITS.bytesMax;
        for (const at of leaving) inside[at]?.[Symbol.dispose]();
        for (const held of inside) held?.[Symbol.dispose]();
        collect();
        const isLong = steps.some(({ chunks }) => chunks.reduce((sum, one) => sum + one, 0) > LIMITS.bytesMax);
        return (isWithin || isLong) && budget.bytes === 0;
      }),
    );
  });
});
