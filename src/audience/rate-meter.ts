/**
 * Records and bytes a second over the last minute, kept as sixty sums: a request costs two additions, and nothing runs
 * while no requests come.
 */

const SECONDS = 60;
const MS = 1_000;

/** How fast it was. Over the last minute, or since the start where that is less. */
export type Rates = {
  readonly over_seconds: number;
  readonly records_per_second: number;
  /** Of bodies, decompressed. */
  readonly bytes_per_second: number;
};

type Slot = { second: number; records: number; bytes: number };

/** Counts what came in each of the last sixty seconds. Times are the caller's. */
export class RateMeter {
  readonly #startedUnixMs: number;
  readonly #slots: readonly Slot[] = Array.from({ length: SECONDS }, () => ({ second: -1, records: 0, bytes: 0 }));

  constructor(startedUnixMs: number) {
    this.#startedUnixMs = startedUnixMs;
  }

  /** Counts a request. */
  add(unixMs: number, { records, bytes }: { records: number; bytes: number }): void {
    const second = Math.floor(unixMs / MS);
    const slot = this.#slots[second % SECONDS];
    if (!slot) return;
    if (slot.second !== second) Object.assign(slot, { second, records: 0, bytes: 0 });
    slot.records += records;
    slot.bytes += bytes;
  }

  /** The rates now. Requests that seem to be from the future, because the clock was set back, are left out. */
  rates(unixMs: number): Rates {
    const now = Math.floor(unixMs / MS);
    const recent = this.#slots.filter(({ second }) => second > now - SECONDS && second <= now);
    const runSeconds = Math.ceil((unixMs - this.#startedUnixMs) / MS);
    const seconds = Math.min(SECONDS, Math.max(1, runSeconds));
    const perSecond = (of: (slot: Slot) => number) =>
      Math.round((recent.reduce((sum, slot) => sum + of(slot), 0) / seconds) * 100) / 100;
    return {
      over_seconds: seconds,
      records_per_second: perSecond(({ records }) => records),
      bytes_per_second: perSecond(({ bytes }) => bytes),
    };
  }
}
