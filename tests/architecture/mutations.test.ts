import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { sampleOf } from "../long/mutate-product.ts";
import { MUTATIONS } from "../long/mutations/all.ts";
import { plant } from "../long/mutations/mutation.ts";
import { CHECKOUT } from "./module.ts";

/** The faults of `tests/long/mutate-product.ts` can still be planted: a change of a line moves its fault along. */

describe.each(MUTATIONS.map((mutation) => [`${mutation.file}: ${mutation.fault}`, mutation] as const))(
  "%s",
  (_name, mutation) => {
    test("can be planted, and leaves a file that can be read", () => {
      const whole = readFileSync(join(CHECKOUT, mutation.file), "utf8");
      const planted = plant(whole, mutation);
      if (planted.kind === "stale") throw new Error(`Its text is there ${planted.found} times: ${mutation.find}`);
      expect(planted.text).not.toBe(whole);
      if (/\.tsx?$/.test(mutation.file)) expect(syntaxFaults(planted.text, mutation.file)).toEqual([]);
      expect(mutation.tests.filter((path) => !existsSync(join(CHECKOUT, "tests", path)))).toEqual([]);
    });
  },
);

test("no fault is there twice", () => {
  const planted = MUTATIONS.map(({ file, find, replace }) => `${file}\0${find}\0${replace}`);
  expect(new Set(planted).size).toBe(planted.length);
  expect(planted.length).toBeGreaterThanOrEqual(60);
});

describe("plant()", () => {
  test.each([
    ["a b c", "b", "x", { kind: "planted", text: "a x c" }],
    ["a b c", "b", "$&$1", { kind: "planted", text: "a $&$1 c" }],
    ["a b c", "b ", "", { kind: "planted", text: "a c" }],
    ["a b b", "b", "x", { kind: "stale", found: 2 }],
    ["b b b b", "b", "x", { kind: "stale", found: 4 }],
    ["a c", "b", "x", { kind: "stale", found: 0 }],
  ] as const)("of %j, %j and %j is %j", (text, find, replace, expected) => {
    expect(plant(text, { find, replace })).toEqual(expected);
  });
});

describe("sampleOf()", () => {
  const from = Array.from({ length: 70 }, (_, index) => index);

  test("is the same for one commit, without repetition, and another for others", () => {
    const commits = Array.from({ length: 40 }, (_, index) =>
      new Bun.CryptoHasher("sha1").update(`${index}`).digest("hex"),
    );
    const samples = commits.map((commit) => sampleOf(from, 5, commit));
    expect(samples).toEqual(commits.map((commit) => sampleOf(from, 5, commit)));
    expect(samples.every((sample) => new Set(sample).size === 5)).toBe(true);
    expect(new Set(samples.flat()).size).toBeGreaterThan(60);
  });

  test("never asks for more than there is", () => {
    expect([...sampleOf([1, 2], 5, "00000000")].sort()).toEqual([1, 2]);
  });
});

function syntaxFaults(text: string, fileName: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, { fileName, reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
