import { LIMITS } from "../kernel/limits.ts";

/**
 * Room in memory for what is under way: how many holders, and how many bytes of theirs. Who finds it full is sent away
 * at once, to come again, and what is held is given back in every case.
 *
 * A part of it is kept for those who hold little, so that whoever sends huge bodies fills the room for their like and
 * not for the rest. One alone is always let in: bounds of its own hold it, and a room that refuses it would refuse it
 * for ever.
 */
export class Room {
  readonly #bounds: RoomBounds;
  #holders = 0;
  #bytes = 0;

  constructor(bounds: RoomBounds) {
    this.#bounds = bounds;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Who is inside now. */
  get holders(): number {
    return this.#holders;
  }

  /**
   * Lets one in who expects to hold so many bytes, without counting them yet: a sender that announces a body and never
   * sends it takes no room. `undefined` when there is none.
   */
  enter(bytesExpected: number): Held | undefined {
    if (this.#holders >= this.#bounds.holdersMax || !this.#hasRoom(0, bytesExpected)) return undefined;
    this.#holders += 1;
    let held = 0;
    let isInside = true;
    return {
      hold: (bytes) => {
        if (!isInside) throw new TypeError("Room was taken after it had been given back");
        if (!this.#hasRoom(held, bytes)) return false;
        held += bytes;
        this.#bytes += bytes;
        return true;
      },
      [Symbol.dispose]: () => {
        if (!isInside) return;
        isInside = false;
        this.#holders -= 1;
        this.#bytes -= held;
      },
    };
  }

  #hasRoom(held: number, more: number): boolean {
    const { bytesMax, smallBytesMax, keptForSmallBytes } = this.#bounds;
    const isAlone = this.#bytes === held;
    const usable = held + more > smallBytesMax ? bytesMax - keptForSmallBytes : bytesMax;
    return isAlone || this.#bytes + more <= usable;
  }
}

/** How much a {@link Room} takes. */
export type RoomBounds = {
  readonly holdersMax: number;
  readonly bytesMax: number;
  /** Who holds no more than this may also use what is kept for the small. */
  readonly smallBytesMax: number;
  readonly keptForSmallBytes: number;
};

/** One who is inside of a {@link Room}, until disposed of: `using held = room.enter(length);` */
export type Held = {
  /** Takes room for so many bytes more; `false` when there is none. */
  hold(bytes: number): boolean;
  [Symbol.dispose](): void;
};

/** Room for bodies, from before they are read until they are answered. */
export function roomForBodies(): Room {
  return new Room({
    holdersMax: LIMITS.requestsInFlightMax,
    bytesMax: LIMITS.requestBytesInFlightMax,
    smallBytesMax: LIMITS.requestSmallBytesMax,
    keptForSmallBytes: LIMITS.requestBytesKeptForSmall,
  });
}

/** Room for lines that wait for the disk, in characters: all are alike to it. */
export function roomForLines(): Room {
  return new Room({
    holdersMax: LIMITS.linesQueuedMax,
    bytesMax: LIMITS.lineCharsQueuedMax,
    smallBytesMax: 0,
    keptForSmallBytes: 0,
  });
}
