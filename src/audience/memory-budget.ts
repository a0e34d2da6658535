import { LIMITS } from "../kernel/limits.ts";

/** How much a {@link MemoryBudget} allows. */
export type BudgetLimits = {
  /** Requests at once. */
  readonly requestsMax: number;
  readonly bytesMax: number;
  /** A request that holds more than this is large. */
  readonly smallBytesMax: number;
  /** The part of `bytesMax` that large requests may not take, so that they never keep the small ones out. */
  readonly bytesKeptForSmall: number;
  /** After so many released bytes `collect` is called. */
  readonly bytesUncollectedMax: number;
  /** Frees the memory of released bytes, then calls back. */
  collect(done: () => void): void;
};

/**
 * One budget of bytes and one count of requests. A small request takes bytes as they come, so a sender that announces much
 * and sends nothing takes nothing. A request that becomes large takes all that is still expected of it, so that of several
 * at once one gets through, and not none. A request that finds no room is refused and sent again later.
 *
 * Released bytes are memory until the garbage collector runs, and it waits long where the heap is small otherwise. So it
 * is called after each `bytesUncollectedMax` released bytes, and the bytes released last count as held until then.
 */
export class MemoryBudget {
  readonly #limits: BudgetLimits;
  #requests = 0;
  #bytes = 0;
  #uncollected = 0;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts one request more; `undefined` when there are too many.
   *
   * @param expected The bytes that will come, or the most that may come where that is unknown.
   */
  enter(expected: number): Reservation | undefined {
    if (this.#requests >= this.#limits.requestsMax) return undefined;
    this.#requests += 1;
    return new Reservation(this, this.#limits.smallBytesMax, expected);
  }

  /** Takes `wanted` bytes for a request that has taken `taken`. One that is alone always has room: its own limits bound it. */
  take(taken: number, wanted: number): boolean {
    const others = this.#bytes - taken;
    const { bytesMax, smallBytesMax, bytesKeptForSmall } = this.#limits;
    const limit = wanted > smallBytesMax ? bytesMax - bytesKeptForSmall : bytesMax;
    if (others > 0 && others + wanted > limit) return false;
    this.#bytes = others + wanted;
    return true;
  }

  /** Counts one request less. */
  leave(taken: number): void {
    this.#requests -= 1;
    this.#release(taken);
  }

  #release(bytes: number): void {
    this.#uncollected += bytes;
    if (this.#uncollected < this.#limits.bytesUncollectedMax) {
      this.#bytes -= bytes;
      return;
    }
    this.#uncollected = 0;
    this.#limits.collect(() => {
      this.#bytes -= bytes;
    });
  }
}

/** The share of one request, until it is disposed of: `using held = budget.enter(length);` */
export class Reservation {
  readonly #budget: MemoryBudget;
  readonly #smallBytesMax: number;
  #expected: number;
  #held = 0;
  #taken = 0;
  #isInside = true;

  constructor(budget: MemoryBudget, smallBytesMax: number, expected: number) {
    this.#budget = budget;
    this.#smallBytesMax = smallBytesMax;
    this.#expected = expected;
  }

  /** Whether the request holds more than a small one. */
  get isLarge(): boolean {
    return this.#held > this.#smallBytesMax;
  }

  /** Says how many bytes will come in all, once that is known. */
  expect(bytes: number): void {
    this.#expected = bytes;
  }

  /** Takes so many bytes more. Returns `false`, and takes none, when the budget has no room for them. */
  hold(bytes: number): boolean {
    // A request that was refused may still be read.
    if (!this.#isInside) return false;
    const held = this.#held + bytes;
    const wanted = held > this.#smallBytesMax ? Math.max(held, this.#expected, this.#taken) : held;
    if (!this.#budget.take(this.#taken, wanted)) return false;
    this.#held = held;
    this.#taken = wanted;
    return true;
  }

  [Symbol.dispose](): void {
    if (!this.#isInside) return;
    this.#isInside = false;
    this.#budget.leave(this.#taken);
  }
}

/** The budget of bodies, from before they are read until they are answered. */
export function budgetForBodies(): MemoryBudget {
  return new MemoryBudget({
    requestsMax: LIMITS.requestsInFlightMax,
    bytesMax: LIMITS.requestBytesInFlightMax,
    smallBytesMax: LIMITS.requestSmallBytesMax,
    bytesKeptForSmall: LIMITS.requestBytesKeptForSmall,
    bytesUncollectedMax: LIMITS.requestBytesUncollectedMax,
    collect: collector(),
  });
}

/** The budget of lines that wait for the disk. To a disk, a long request is like many short ones. */
export function budgetForLines(): MemoryBudget {
  return new MemoryBudget({
    requestsMax: LIMITS.requestsInFlightMax,
    bytesMax: LIMITS.lineBytesQueuedMax,
    smallBytesMax: 0,
    bytesKeptForSmall: 0,
    bytesUncollectedMax: Number.POSITIVE_INFINITY,
    collect: (done) => done(),
  });
}

/** Runs the collector once for all that is released in one turn, and after that turn, in which it is still in use. */
function collector(): BudgetLimits["collect"] {
  let waiting: (() => void)[] = [];
  return (done) => {
    waiting.push(done);
    if (waiting.length > 1) return;
    setTimeout(() => {
      Bun.gc(true);
      const collected = waiting;
      waiting = [];
      for (const one of collected) one();
    }, 0);
  };
}
