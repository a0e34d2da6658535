import { expect, test } from "bun:test";
import { isoTime, systemClock, unixMs } from "../../src/kernel/clock.ts";

test("systemClock() is the machine's time, and never gives two moments the same number", () => {
  const clock = systemClock();
  const before = Date.now();
  const readings = Array.from({ length: 2_000 }, () => clock.nowUnixNano());
  expect(unixMs(readings[0] ?? 0n)).toBeGreaterThanOrEqual(before);
  expect(unixMs(readings.at(-1) ?? 0n)).toBeLessThanOrEqual(Date.now() + 1);
  expect(readings.every((reading, at) => at === 0 || reading > (readings[at - 1] ?? 0n))).toBe(true);
});

test("unixMs() and isoTime() leave out what is finer than a millisecond", () => {
  expect(unixMs(1_767_225_600_123_999_999n)).toBe(1_767_225_600_123);
  expect(isoTime(1_767_225_600_123_999_999n)).toBe("2026-01-01T00:00:00.123Z");
});
