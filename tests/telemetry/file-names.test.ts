import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { activeName, byAge, closedFile, nextSegmentMs, segmentName, tornName } from "../../src/telemetry/file-names.ts";
import { SIGNALS } from "../../src/telemetry/signal.ts";

const NOON = Date.UTC(2026, 0, 2, 12, 0, 0, 5);
const times = fc.integer({ min: 0, max: Date.UTC(9999, 0) });

test("segmentName() bears the signal and the UTC time", () => {
  expect(segmentName("logs", NOON)).toBe("logs-2026-01-02T12-00-00.005Z.jsonl");
  expect(tornName("logs.jsonl", NOON)).toBe("logs.jsonl.torn-2026-01-02T12-00-00.005Z");
});

test("closedFile() reads every name of our own back", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SIGNALS), times, (signal, unixMs) => {
      expect(closedFile(segmentName(signal, unixMs))).toEqual({ kind: "segment", signal, unixMs });
      expect(closedFile(tornName(activeName(signal), unixMs))).toEqual({ kind: "torn", signal, unixMs });
    }),
  );
});

test.each([
  "logs.jsonl",
  "masque.jsonl",
  "logs-2026-01-02T15-04-05.000.jsonl",
  "logs-2026-01-02T15-04-05.000-size.jsonl",
  "logs-2026-13-02T15-04-05.000Z.jsonl",
  "spans-2026-01-02T15-04-05.000Z.jsonl",
  "logs-2026-01-02T15-04-05.000Z.jsonl.gz",
  "",
])("closedFile() takes %j for nothing of ours", (name) => {
  expect(closedFile(name)).toBeUndefined();
});

test("names sort as text by the time they bear", () => {
  fc.assert(
    fc.property(times, times, (a, b) => {
      const inOrder = [segmentName("logs", Math.min(a, b)), segmentName("logs", Math.max(a, b))];
      expect([...inOrder].sort()).toEqual(inOrder);
    }),
  );
});

describe("nextSegmentMs()", () => {
  test("is now where nothing was closed yet, or by another signal alone", () => {
    expect(nextSegmentMs([], "logs", NOON)).toBe(NOON);
    expect(nextSegmentMs([segmentName("traces", NOON), "logs.jsonl"], "logs", NOON)).toBe(NOON);
  });

  test("is after every segment there is, also when the clock stops or was put back", () => {
    const names: string[] = [];
    for (const nowMs of [NOON, NOON, NOON - 3_600_000, NOON + 5]) {
      names.push(segmentName("logs", nextSegmentMs(names, "logs", nowMs)));
    }
    expect(new Set(names).size).toBe(4);
    expect([...names].sort()).toEqual(names);
  });
});

test("byAge() puts what was rotated, by whomever, before what is written to", () => {
  const oldestFirst = [
    "/c/claude-2026-01-01T00-00-00.000.jsonl",
    // Within one instant the name decides.
    "/c/logs-2026-01-02T15-04-05.000-size.jsonl",
    "/c/logs-2026-01-02T15-04-05.000.jsonl",
    "/a/logs-2026-01-02T15-04-05.678Z.jsonl",
    "/c/logs-2026-01-03T00-00-00.000-time.jsonl",
    "/a/000-logs.json",
    "/a/logs.jsonl",
    "/c/logs.jsonl",
  ];
  expect([...oldestFirst].reverse().sort(byAge)).toEqual(oldestFirst);
});
