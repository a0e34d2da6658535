import { expect, test } from "bun:test";
import fc from "fast-check";
import { openRecording } from "../../src/app/install/demo/recording.ts";
import { shiftTimes, timeRangeOf } from "../../src/app/install/demo/shift-times.ts";

const nanosOfMs = fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n }).map((ms) => ms * 1_000_000n);

test("openRecording() is one session of some length", () => {
  const recording = openRecording();
  expect(recording.session).toMatch(/^[0-9a-f-]{36}$/);
  expect(recording.last - recording.first).toBeGreaterThan(60_000_000_000n);
  expect(recording.requests.map(({ signal }) => signal)).toEqual(["logs", "metrics"]);
});

test("shiftTimes() moves the range by what was asked, and back again gives the recording", () => {
  const { requests, first, last } = openRecording();
  fc.assert(
    fc.property(nanosOfMs, (by) => {
      for (const { body } of requests) expect(shiftTimes(shiftTimes(body, by), -by)).toEqual(body);
      expect(timeRangeOf(shiftTimes(requests[0]?.body ?? null, by))).toEqual({ first: first + by, last: last + by });
    }),
    { numRuns: 10 },
  );
});

test("shiftTimes() moves the host's own ISO time with its event, and nothing else", () => {
  const event = {
    timeUnixNano: "1000000000",
    attributes: [
      { key: "event.timestamp", value: { stringValue: "1970-01-01T00:00:01.000Z" } },
      { key: "duration_ms", value: { stringValue: "48" } },
    ],
  };
  expect(shiftTimes(event, 2_500_000_000n)).toEqual({
    timeUnixNano: "3500000000",
    attributes: [
      { key: "event.timestamp", value: { stringValue: "1970-01-01T00:00:03.500Z" } },
      { key: "duration_ms", value: { stringValue: "48" } },
    ],
  });
});

test("timeRangeOf() of a request without records is null", () => {
  expect(timeRangeOf({ resourceLogs: [] })).toBeNull();
});
