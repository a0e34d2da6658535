/** Chance that comes again: the same seed, the same numbers. */
export type Random = {
  /** A whole number from 0 to `below` - 1. */
  whole(below: number): number;
  /** One of them. */
  pick<T>(from: readonly T[]): T;
};

/**
 * @source mulberry32, Tommy Ettinger, public domain: 32 bits of state, good enough to choose where to cut.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number) => Math.floor(next() * below);
  return {
    whole,
    pick(from) {
      const found = from[whole(from.length)];
      if (found === undefined) throw new RangeError("Nothing to choose from");
      return found;
    },
  };
}
