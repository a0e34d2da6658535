/** Time as telemetry counts it. Injected everywhere, so that tests decide what time it is. */
export type Clock = {
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  nowUnixNano(): bigint;
};

const NANOS_PER_MS = 1_000_000n;

/** The machine's own clock: millisecond reading, strictly increasing within one process so that order is kept. */
export function systemClock(): Clock {
  let last = 0n;
  return {
    nowUnixNano() {
      const read = BigInt(Date.now()) * NANOS_PER_MS;
      last = read > last ? read : last + 1n;
      return last;
    },
  };
}

/** Whole milliseconds since 1970 of a nanosecond time. */
export function unixMs(unixNano: bigint): number {
  return Number(unixNano / NANOS_PER_MS);
}

/** ISO 8601 in UTC with milliseconds, as the score's output shows times. */
export function isoTime(unixNano: bigint): string {
  return new Date(unixMs(unixNano)).toISOString();
}
