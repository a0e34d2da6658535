import { expect, test } from "bun:test";
import fc from "fast-check";
import { RateMeter } from "../../src/audience/rate-meter.ts";

const START = 1_795_000_000_000;
const one = { records: 1, bytes: 10 };

test("rates() are of the seconds since the start, until there is a minute of them", () => {
  const meter = new RateMeter(START);
  expect(meter.rates(START)).toEqual({ over_seconds: 1, records_per_second: 0, bytes_per_second: 0 });
  meter.add(START + 100, { records: 20, bytes: 1000 });
  expect(meter.rates(START + 200)).toEqual({ over_seconds: 1, records_per_second: 20, bytes_per_second: 1000 });
  expect(meter.rates(START + 10_000)).toEqual({ over_seconds: 10, records_per_second: 2, bytes_per_second: 100 });
});

test("rates() forget what is older than a minute", () => {
  const meter = new RateMeter(START);
  meter.add(START, { records: 600, bytes: 600 });
  expect(meter.rates(START + 59_999).records_per_second).toBe(10);
  expect(meter.rates(START + 60_000).records_per_second).toBe(0);
});

test("rates() count nothing twice when a slot comes round, and nothing of a future that a clock took back", () => {
  const meter = new RateMeter(START);
  meter.add(START, one);
  meter.add(START + 60_000, one);
  expect(meter.rates(START + 60_000)).toMatchObject({ over_seconds: 60, records_per_second: 0.02 });
  meter.add(START + 70_000, one);
  expect(meter.rates(START + 65_000)).toMatchObject({ records_per_second: 0.02 });
});

test("rates() are the sum of what came in the last sixty whole seconds, whenever it came", () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(9_000), records: fc.nat(50) }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (all) => {
      const meter = new RateMeter(0);
      let now = 100_000;
      const came = all.map(({ afterMs, records }) => {
        now += afterMs;
        meter.add(now, { records, bytes: 0 });
        return { second: Math.floor(now / 1_000), records };
      });
      const recent = came.filter(({ second }) => second > Math.floor(now / 1_000) - 60);
      const sum = recent.reduce((total, { records }) => total + records, 0);
      expect(meter.rates(now).records_per_second).toBeCloseTo(sum / 60, 1);
    }),
  );
});
