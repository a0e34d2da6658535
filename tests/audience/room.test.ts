import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryBudget } from "../../src/audience/memory-budget.ts";

const SMALL = {
  holdersMax: 100,
  smallBytesMax: 10,
  smallBytesInAllMax: 30,
  largeBytesMax: 100,
  unknownBytes: 100,
  smallBytesUncollectedMax: 1_000,
};

/** A room whose collector runs when the test says so. */
function roomWith(bounds: Partial<typeof SMALL> = {}) {
  const uncollected: (() => void)[] = [];
  const room = new MemoryBudget({ ...SMALL, ...bounds, collect: (done) => void uncollected.push(done) });
  const collect = () => {
    for (const done of uncollected.splice(0)) done();
  };
  return { room, collect, uncollected };
}

describe("Room", () => {
  test("takes what the small hold, and nothing for what they only announce", () => {
    const { room } = roomWith();
    const held = room.enter(10);
    expect(room.bytes).toBe(0);
    expect(held?.hold(7)).toBe(true);
    expect(room.bytes).toBe(7);
    held?.[Symbol.dispose]();
    held?.[Symbol.dispose]();
    expect(room.bytes).toBe(0);
    expect(held?.hold(1)).toBe(false);
  });

  test("lets one say what will come once it knows, and keeps that for it instead of the most there may be", () => {
    const { room } = roomWith();
    const [first, second, third] = [room.enter(undefined), room.enter(undefined), room.enter(undefined)];
    expect([first?.announce(60), first?.hold(20), room.bytes]).toEqual([true, true, 60]);
    expect([second?.announce(40), second?.hold(20), room.bytes]).toEqual([true, true, 100]);
    expect([third?.announce(20), third?.announce(10), third?.hold(10), room.bytes]).toEqual([false, true, true, 110]);
  });

  test("refuses the small only when the small fill theirs, and the large only when the large do", () => {
    const { room } = roomWith();
    const [large, small] = [room.enter(undefined), [room.enter(undefined), room.enter(10), room.enter(10)]];
    expect(large?.hold(50)).toBe(true);
    expect(room.enter(11)).toBeUndefined();
    expect(small.map((one) => one?.hold(10))).toEqual([true, true, true]);
    expect(room.enter(10)).toBeUndefined();
    expect(room.enter(0)?.hold(1)).toBe(false);
    // Whoever turns out to be large competes with the large.
    expect(small[0]?.hold(1)).toBe(false);
  });

  test("keeps for one of unknown length all that may come, so that of several one gets through", () => {
    const { room } = roomWith();
    const [first, second] = [room.enter(undefined), room.enter(undefined)];
    expect(first?.hold(11)).toBe(true);
    expect(second?.hold(11)).toBe(false);
    expect(first?.hold(89)).toBe(true);
    // Alone, it may pass what was expected: bounds of its own hold it.
    expect(first?.hold(1)).toBe(true);
  });

  test("lets several large in that fit together, and one alone however large", () => {
    const { room } = roomWith();
    expect([40, 40].map((bytes) => room.enter(bytes)?.hold(bytes))).toEqual([true, true]);
    expect(room.enter(40)).toBeUndefined();
    expect(roomWith().room.enter(1_000)?.hold(1_000)).toBe(true);
  });

  test("has what the small let go of collected once it is much", () => {
    const { room, uncollected } = roomWith({ smallBytesUncollectedMax: 20 });
    const collections = Array.from({ length: 5 }, () => {
      const held = room.enter(10);
      held?.hold(10);
      held?.[Symbol.dispose]();
      return uncollected.length;
    });
    expect(collections).toEqual([0, 1, 1, 2, 2]);
    expect(room.bytes).toBe(0);
  });

  test("counts what a large one let go of until it is collected", () => {
    const { room, collect } = roomWith();
    const held = room.enter(90);
    held?.hold(90);
    held?.[Symbol.dispose]();
    expect(room.bytes).toBe(90);
    expect(room.enter(90)).toBeUndefined();
    collect();
    expect(room.bytes).toBe(0);
  });

  test("lets so many in at once", () => {
    const { room } = roomWith({ holdersMax: 2 });
    const [first] = [room.enter(0), room.enter(0)];
    expect(room.enter(0)).toBeUndefined();
    first?.[Symbol.dispose]();
    expect(room.enter(0)).toBeDefined();
  });

  test("never holds more than its bounds, but for one alone, and is empty in the end", () => {
    const step = fc.record({ announced: fc.option(fc.nat(60), { nil: undefined }), chunks: fc.array(fc.nat(30)) });
    fc.assert(
      fc.property(fc.array(step), fc.array(fc.nat(9)), (steps, leaving) => {
        const { room, collect } = roomWith();
        const inside = steps.map(({ announced, chunks }) => {
          const held = room.enter(announced);
          for (const chunk of chunks) if (!held?.hold(chunk)) break;
          return held;
        });
        const isWithin = room.bytes <= SMALL.smallBytesInAllMax + SMALL.largeBytesMax;
        for (const at of leaving) inside[at]?.[Symbol.dispose]();
        for (const held of inside) held?.[Symbol.dispose]();
        collect();
        return (
          (isWithin || steps.some(({ chunks }) => chunks.reduce((sum, one) => sum + one, 0) > 100)) && room.bytes === 0
        );
      }),
    );
  });
});
