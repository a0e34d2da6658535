import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isObject, type Json } from "../../src/kernel/text/json.ts";
import {
  absentAs,
  boolean,
  count,
  listOf,
  matching,
  oneOf,
  orNull,
  parsedBy,
  recordOf,
  type Shape,
  string,
  unixNano,
} from "../../src/kernel/text/json-shape.ts";

const ANYTHING = fc.jsonValue() as fc.Arbitrary<Json>;

describe("shapes of one value", () => {
  test.each<readonly [name: string, shape: Shape<unknown>, taken: readonly Json[], refused: readonly Json[]]>([
    ["string", string, ["", "a"], [null, 1, true, [], {}]],
    ["boolean", boolean, [true, false], [null, 0, 1, "true", [], {}]],
    ["count", count, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, "1", null, [], {}]],
    ["unixNano", unixNano, ["0", "18446744073709551615"], ["", "-1", "1e3", " 1", "1\n", "1".repeat(21), 1, null]],
    ["matching", matching(/^a+$/), ["a", "aa"], ["", "ab", 1, null, ["a"]]],
    ["oneOf", oneOf("a", 2), ["a", 2], ["b", "2", 1, null, ["a"], {}]],
    ["parsedBy", parsedBy((text) => (text === "a" ? "A" : undefined)), ["a"], ["b", 1, null]],
    ["orNull", orNull(string), [null, "a"], [1, [], {}]],
    ["listOf", listOf(count), [[], [1, 2]], [null, {}, "[]", [1, "2"], [null]]],
    ["recordOf", recordOf({ a: count }), [{ a: 1 }, { a: 1, b: 2 }], [null, [], "a", {}, { a: "1" }, { a: null }]],
  ])("%s takes what it says and nothing else", (_name, shape, taken, refused) => {
    expect(taken.filter((json) => shape(json) === undefined)).toEqual([]);
    expect(refused.filter((json) => shape(json) !== undefined)).toEqual([]);
    expect(shape(undefined)).toBeUndefined();
  });

  test("absentAs() counts for a member that is missing, and not for one that is wrong", () => {
    const shape = absentAs(7, count);
    expect([shape(undefined), shape(1), shape(null), shape("1")]).toEqual([7, 1, undefined, undefined]);
  });
});

describe("recordOf()", () => {
  const shape = recordOf({ name: string, size: count }, { note: string });

  test("answers the members that it names, without the others", () => {
    expect(shape({ name: "a", size: 1, note: "n", more: true })).toEqual({ name: "a", size: 1, note: "n" });
    expect(Object.keys(shape({ name: "a", size: 1 }) ?? {})).toEqual(["name", "size"]);
  });

  test("refuses an optional member that is there and wrong", () => {
    expect(shape({ name: "a", size: 1, note: null })).toBeUndefined();
  });

  test("takes no member from a prototype", () => {
    const parsed: Json = JSON.parse('{"__proto__": {"name": "a", "size": 1}}');
    expect(shape(parsed)).toBeUndefined();
    expect(recordOf({ constructor: (json: Json | undefined) => json })({})).toBeUndefined();
  });

  test("answers what it takes once more the same, whatever the value is", () => {
    const made = fc.record(
      { name: fc.string(), size: fc.nat(), note: fc.string(), more: ANYTHING },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(ANYTHING, made as fc.Arbitrary<Json>), (json) => {
        const found = shape(json);
        const isRight =
          isObject(json) &&
          typeof json["name"] === "string" &&
          count(json["size"]) !== undefined &&
          (json["note"] === undefined || typeof json["note"] === "string");
        expect(found !== undefined).toBe(isRight);
        if (found) expect(shape(found)).toEqual(found);
      }),
    );
  });
});
