import { expect, test } from "bun:test";
import fc from "fast-check";
import { isObject, type Json } from "../../src/kernel/text/json.ts";
import { type JsonBounds, measureJson } from "../../src/kernel/text/measure-json.ts";

const UNBOUNDED: JsonBounds = { depthMax: Infinity, elementsMax: Infinity, keyBytesMax: Infinity };

/** What a value holds, counted from the parsed value. */
function countsOf(value: Json | undefined): { depth: number; elements: number; keyBytes: number } {
  const counts = { depth: 0, elements: 1, keyBytes: 0 };
  if (typeof value !== "object" || value === null) return counts;
  for (const [key, member] of isObject(value) ? Object.entries(value) : [...value.entries()]) {
    const inner = countsOf(member);
    counts.depth = Math.max(counts.depth, inner.depth);
    counts.elements += inner.elements;
    const ofKey = typeof key === "string" ? Buffer.byteLength(JSON.stringify(key)) - 2 : 0;
    counts.keyBytes = Math.max(counts.keyBytes, ofKey, inner.keyBytes);
  }
  return { ...counts, depth: counts.depth + 1 };
}

const strange = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom('"', "\\", '\\"', "[", "]", "{", "}", ",", ":", '":', "é", "😀", "\ud800", "__proto__", '\\\\"['),
);
const { tree: arbitraryJson } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.oneof(strange, fc.double({ noNaN: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie("tree"), { maxLength: 5 }),
    fc.dictionary(strange, tie("tree"), { maxKeys: 5 }),
  ),
}));

test.each([
  ["text", (json: string) => json],
  ["bytes", (json: string) => Buffer.from(json)],
] as const)("measureJson() counts in %s what JSON.parse makes of it, whatever the layout", (_kind, given) => {
  fc.assert(
    fc.property(arbitraryJson, fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
      const json = JSON.stringify(value, null, indent);
      const { depth, elements, keyBytes } = countsOf(JSON.parse(json));
      const exact = { depthMax: depth, elementsMax: elements, keyBytesMax: keyBytes };
      expect(measureJson(given(json), exact)).toBeUndefined();
      for (const bound of ["depthMax", "elementsMax", "keyBytesMax"] as const) {
        if (exact[bound] === 0) continue;
        const broken = measureJson(given(json), { ...UNBOUNDED, [bound]: exact[bound] - 1 });
        expect(broken?.bound).toBe(bound);
      }
    }),
    { numRuns: 500 },
  );
});

test("measureJson() answers for any text, and the same for its bytes", () => {
  const pieces = fc.constantFrom("[", "]", "{", "}", ",", ":", '"', "\\", "a", "1", "null", " ", "\n", "é", "\u0000");
  const noise = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(noise, (text) => {
      const broken = measureJson(text, { depthMax: 3, elementsMax: 8, keyBytesMax: 2 });
      const ofBytes = measureJson(Buffer.from(text), { depthMax: 3, elementsMax: 8, keyBytesMax: 2 });
      expect(ofBytes?.bound).toBe(broken?.bound as keyof JsonBounds);
      if (broken) expect(broken.offset).toBeLessThan(text.length);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["brackets without end", "[".repeat(1_000), { bound: "depthMax", offset: 64 }],
  ["braces and brackets in turn", '{"a":['.repeat(1_000), { bound: "depthMax", offset: 32 * 6 }],
  ["empty arrays without end", `[${"[],".repeat(1_000)}`, { bound: "elementsMax", offset: 1 + 99 * 3 }],
  ["numbers without end", `[${"1,".repeat(1_000)}`, { bound: "elementsMax", offset: 1 + 99 * 2 }],
  ["empty objects as members", `{${'"a":{},'.repeat(1_000)}`, { bound: "elementsMax", offset: 1 + 99 * 7 }],
  ["a long key", `{"${"k".repeat(33)}":1}`, { bound: "keyBytesMax", offset: 36 }],
  ["a key of long characters", `{"${"€".repeat(11)}":1}`, { bound: "keyBytesMax", offset: 14 }],
  ["a key of escapes", `{"${"\\u0041".repeat(6)}" : 1}`, { bound: "keyBytesMax", offset: 40 }],
] as const)("measureJson() stops at %s", (_what, text, broken) => {
  expect(measureJson(text, { depthMax: 64, elementsMax: 100, keyBytesMax: 32 })).toEqual(broken);
});

test.each([
  ["brackets within a string", `["${"[".repeat(1_000)}"]`],
  ["commas within a string", `["${",".repeat(1_000)}"]`],
  ["an escaped quote before brackets", `["\\"${"[".repeat(1_000)}"]`],
  ["a long string that is not a key", `["${"k".repeat(1_000)}"]`],
  ["a long value of a short key", `{"k":"${"v".repeat(1_000)}"}`],
  ["a key with a colon in it", '{"a:b":1}'],
  ["spaces without end", `[1${" ".repeat(100_000)}]`],
])("measureJson() passes over %s", (_what, text) => {
  expect(measureJson(text, { depthMax: 2, elementsMax: 3, keyBytesMax: 8 })).toBeUndefined();
});
