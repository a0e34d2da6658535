import { expect } from "bun:test";
import { isObject } from "../../src/kernel/text/json.ts";

/**
 * Expects every key of `wanted` in `actual`, numbers to so many decimals, everything else equal. Bun's `toMatchObject`
 * writes its asymmetric matchers into what it compares, so a value could be held against one expectation only.
 */
export function expectClose(actual: unknown, wanted: unknown, decimals: number, path = "value"): void {
  if (typeof wanted === "number" && typeof actual === "number") {
    const isClose = Math.abs(actual - wanted) < 10 ** -decimals / 2;
    expect(isClose ? wanted : actual, path).toBe(wanted);
  } else if (isObject(wanted) && isObject(actual)) {
    for (const [key, inner] of Object.entries(wanted)) expectClose(actual[key], inner, decimals, `${path}.${key}`);
  } else {
    expect(actual, path).toEqual(wanted);
  }
}
