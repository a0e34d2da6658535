import { describe, expect, test } from "bun:test";
import {
  agoText,
  clockText,
  dateTimeText,
  recentText,
  timeLabels,
  whenText,
  zoneText,
} from "../../src/cli/print/time-text.ts";

const UTC = { timeZone: "UTC" };
const BERLIN = { timeZone: "Europe/Berlin" };
const NOW_MS = Date.parse("2026-11-24T12:00:00Z");

describe("dateTimeText()", () => {
  test("shows a time in the zone that is asked for", () => {
    expect(dateTimeText("2026-11-24T23:30:00.000Z", UTC)).toBe("24 Nov 2026, 23:30");
    expect(dateTimeText("2026-11-24T23:30:00.000Z", BERLIN)).toBe("25 Nov 2026, 00:30");
    expect(zoneText("2026-11-24T23:30:00.000Z", UTC)).toBe("UTC");
    expect(zoneText("2026-11-24T23:30:00.000Z", BERLIN)).toMatch(/^(CET|GMT\+1)$/);
  });

  test("says that a time is unknown where there is none, or no time at all", () => {
    expect(dateTimeText(null, UTC)).toBe("an unknown time");
    expect(dateTimeText("soon", UTC)).toBe("an unknown time");
    expect(clockText(null, UTC)).toBe("an unknown time");
    expect(zoneText("soon", UTC)).toBe("");
  });
});

test.each([
  ["2026-11-24T09:05:00Z", "09:05 today"],
  ["2026-11-23T23:59:00Z", "23:59 yesterday"],
  ["2026-11-22T23:59:00Z", "22 Nov, 23:59"],
  ["2026-01-02T03:04:00Z", "2 Jan, 03:04"],
  ["2025-11-24T09:05:00Z", "24 Nov 2025, 09:05"],
  [null, "an unknown time"],
])("recentText() of %j is %j at noon of 24 November 2026", (time, text) => {
  expect(recentText(time, NOW_MS, UTC)).toBe(text);
});

test.each([
  ["2026-11-24T12:00:00Z", "just now"],
  ["2026-11-24T12:00:07Z", "just now"],
  ["2026-11-24T11:59:59Z", "1 second ago"],
  ["2026-11-24T11:48:00Z", "12 minutes ago"],
  ["2026-11-24T09:00:01Z", "2 hours ago"],
  ["2026-11-20T12:00:00Z", "4 days ago"],
  [null, "an unknown time"],
])("agoText() of %j is %j at noon of 24 November 2026", (time, text) => {
  expect(agoText(time, NOW_MS)).toBe(text);
});

test("whenText() has the local time and how long ago it was", () => {
  expect(whenText("2026-11-24T11:48:00Z", NOW_MS, UTC)).toBe("11:48 today, 12 minutes ago");
  expect(whenText("2026-11-23T23:30:00Z", NOW_MS, BERLIN)).toBe("00:30 today, 12 hours ago");
  expect(whenText("soon", NOW_MS, UTC)).toBe("an unknown time");
});

describe("timeLabels()", () => {
  test("are days where each time has a day of its own", () => {
    expect(timeLabels(["2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z"], UTC)).toEqual(["22 Nov", "23 Nov"]);
  });

  test("are clock times where all times are of one day", () => {
    expect(timeLabels(["2026-11-22T10:00:00Z", "2026-11-22T11:30:00Z"], UTC)).toEqual(["10:00", "11:30"]);
  });

  test("are both where some times share a day", () => {
    expect(timeLabels(["2026-11-22T10:00:00Z", "2026-11-22T11:30:00Z", "2026-11-23T09:00:00Z", null], UTC)).toEqual([
      "22 Nov, 10:00",
      "22 Nov, 11:30",
      "23 Nov, 09:00",
      "?",
    ]);
  });
});
