import { LIMITS } from "../kernel/limits.ts";

/**
 * Room in memory for what is under way. Who finds it full is sent away at once, to come again, and what is held is given
 * back in every case.
 *
 * The small and the large have rooms of their own, so that whoever sends huge bodies fills the room for their like and
 * not for the rest. The small take what they hold, byte by byte: who announces much and sends nothing takes nothing.
 * Who becomes large takes room for all that may still come, so that of several at once one gets through rather than none.
 *
 * What a large one held is memory until it is collected, and the collector does not hurry where the heap is small
 * otherwise: so it is run, and until then those bytes count as held.
 */
export class MemoryBudget {
  readonly #bounds: BudgetBounds;
  #holders = 0;
  #smallBytes = 0;
  #uncollected = 0;
  #largeBytes = 0;

  constructor(bounds: BudgetBounds) {
    this.#bounds = bounds;
  }

  /** Bytes held now, or kept for those who hold some. */
  get bytes(): number {
    return this.#smallBytes + this.#largeBytes;
  }

  /**
   * Lets one in; `undefined` when there are too many, or no room for what it announces.
   *
   * @param announced The bytes that will come; `undefined` where nobody knows.
   */
  enter(announced: number | undefined): Reservation | undefined {
    if (this.#holders >= this.#bounds.holdersMax || !this.#mayCome(announced ?? 0)) return undefined;
    this.#holders += 1;
    const bounds = this.#bounds;
    let [held, kept, isInside] = [0, 0, true];
    let expected = announced;
    const becomeLarge = (bytes: number) => {
      const wanted = Math.max(bytes, expected ?? bounds.unknownBytes);
      // Beyond what was expected goes only who is alone: bounds of its own hold it.
      if (this.#largeBytes > kept && this.#largeBytes - kept + wanted > bounds.largeBytesMax) return false;
      if (kept === 0) this.#smallBytes -= held;
      this.#largeBytes += wanted - kept;
      kept = wanted;
      return true;
    };
    return {
      get isLarge() {
        return kept > 0;
      },
      announce: (bytes) => {
        if (!this.#mayCome(bytes)) return false;
        expected = bytes;
        return true;
      },
      hold: (bytes) => {
        // Who was sent away may still be reading.
        if (!isInside) return false;
        const all = held + bytes;
        if (kept === 0 && all <= bounds.smallBytesMax) {
          if (this.#smallBytes + bytes > bounds.smallBytesInAllMax) return false;
          this.#smallBytes += bytes;
        } else if (all > kept && !becomeLarge(all)) return false;
        held = all;
        return true;
      },
      [Symbol.dispose]: () => {
        if (!isInside) return;
        isInside = false;
        this.#holders -= 1;
        if (kept === 0) this.#letGo(held);
        else
          bounds.collect(() => {
            this.#largeBytes -= kept;
          });
      },
    };
  }

  /** What small ones let go of is collected as well, once it is much: where many come, it outgrows what they hold. */
  #letGo(bytes: number): void {
    this.#smallBytes -= bytes;
    this.#uncollected += bytes;
    if (this.#uncollected < this.#bounds.smallBytesUncollectedMax) return;
    this.#uncollected = 0;
    this.#bounds.collect(() => undefined);
  }

  #mayCome(bytes: number): boolean {
    const { smallBytesMax, smallBytesInAllMax, largeBytesMax } = this.#bounds;
    if (bytes <= smallBytesMax) return this.#smallBytes + bytes <= smallBytesInAllMax;
    return this.#largeBytes === 0 || this.#largeBytes + bytes <= largeBytesMax;
  }
}

/** How much a {@link MemoryBudget} takes. */
export type BudgetBounds = {
  readonly holdersMax: number;
  /** Who holds no more than this is small. */
  readonly smallBytesMax: number;
  /** Of all the small together, and of all the large. */
  readonly smallBytesInAllMax: number;
  readonly largeBytesMax: number;
  /** What one may hold of whom nobody knows how much will come. */
  readonly unknownBytes: number;
  /** What small ones may let go of before it is collected. */
  readonly smallBytesUncollectedMax: number;
  /** Frees what was let go of, and then calls back. */
  collect(done: () => void): void;
};

/** One who is inside of a {@link MemoryBudget}, until disposed of: `using held = room.enter(length);` */
export type Reservation = {
  /** Whether it is in the room for large ones. */
  readonly isLarge: boolean;
  /** Says how many bytes will come, where that was not known at the door; `false` when there is no room for them. */
  announce(bytes: number): boolean;
  /** Takes room for so many bytes more; `false` when there is none. */
  hold(bytes: number): boolean;
  [Symbol.dispose](): void;
};

/** Room for bodies, from before they are read until they are answered. */
export function budgetForBodies(): MemoryBudget {
  return new MemoryBudget({
    holdersMax: LIMITS.requestsInFlightMax,
    smallBytesMax: LIMITS.requestSmallBytesMax,
    smallBytesInAllMax: LIMITS.requestSmallBytesInFlightMax,
    largeBytesMax: LIMITS.requestLargeBytesInFlightMax,
    unknownBytes: LIMITS.otlpBodyBytesMax,
    smallBytesUncollectedMax: LIMITS.requestBytesUncollectedMax,
    collect: collector(),
  });
}

/** Room for lines that wait for the disk: however long, they are alike to it, and one request's alone always fit. */
export function budgetForLines(): MemoryBudget {
  return new MemoryBudget({
    holdersMax: LIMITS.requestsInFlightMax,
    smallBytesMax: 0,
    smallBytesInAllMax: 0,
    largeBytesMax: LIMITS.lineBytesQueuedMax,
    unknownBytes: 0,
    smallBytesUncollectedMax: Number.POSITIVE_INFINITY,
    collect: (done) => done(),
  });
}

/** Runs the collector once for all that is let go of in one turn, and after it: what is running still holds it. */
function collector(): BudgetBounds["collect"] {
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
