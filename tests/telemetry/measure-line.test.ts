import { expect, test } from "bun:test";
import fc from "fast-check";
import { jsonBytes } from "../../src/telemetry/json/measure-line.ts";
import type { Canonical } from "../../src/telemetry/message.ts";

test("jsonBytes() is as long as JSON.stringify() writes it, in UTF-8, and beyond a bound where that is", () => {
  const values = fc
    .jsonValue({ stringUnit: "binary" })
    .filter((value) => value !== null && !JSON.stringify(value).includes("null"));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "name", "list"), values), fc.nat(200), (object, bytesMax) => {
      const length = Buffer.byteLength(JSON.stringify(object));
      const canonical = object as Canonical;
      expect(jsonBytes(canonical, Number.POSITIVE_INFINITY)).toBe(length);
      expect(jsonBytes(canonical, bytesMax) > bytesMax).toBe(length > bytesMax);
    }),
    { numRuns: 1_000 },
  );
});

test.each(["", "\u0000\b\t\n\f\r\u001f\u007f", '"\\/', "é\u07ff\u0800\uffff😀", "a".repeat(70)])(
  "jsonBytes(%j) is exact",
  (text) => {
    expect(jsonBytes({ text, gone: undefined }, 1_000)).toBe(Buffer.byteLength(JSON.stringify({ text })));
  },
);
