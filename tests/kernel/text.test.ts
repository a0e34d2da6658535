import { expect, test } from "bun:test";
import fc from "fast-check";
import { digestHex, digestOf, parseDigest } from "../../src/kernel/digest.ts";
import { EXIT, errnoOf, MasqueError } from "../../src/kernel/errors.ts";
import { parseMasqueSessionId, parseSessionId, terminalSessionId } from "../../src/kernel/ids.ts";
import { indexOfUnprintable, printable, printableJson, printableLine } from "../../src/kernel/printable.ts";

/** What of the kernel is values in, values out. */

test("a MasqueError's code decides its exit status", () => {
  expect(new MasqueError("masque.not-found", "m").exit).toBe(EXIT.absent);
  expect(new MasqueError("masque.invalid", "m").exit).toBe(EXIT.invalid);
  expect(new MasqueError("lock.timeout", "m").exit).toBe(EXIT.failed);
});

test("a MasqueError carries its cause, and has none where none was given", () => {
  const cause = new Error("why");
  expect(new MasqueError("file.unwritable", "m", { cause }).cause).toBe(cause);
  expect("cause" in new MasqueError("file.unwritable", "m", { hint: "h" })).toBe(false);
});

test.each([
  ["a system error", Object.assign(new Error("e"), { code: "ENOENT" }), "ENOENT"],
  ["an error whose code is no text", Object.assign(new Error("e"), { code: 1 }), undefined],
  ["an error without a code", new Error("e"), undefined],
  ["an object that is no error", { code: "ENOENT" }, undefined],
  ["null", null, undefined],
])("errnoOf() of %s", (_what, error, code) => {
  expect(errnoOf(error)).toBe(code);
});

test.each([
  ["plain text, é and 日本 🎭", "plain text, é and 日本 🎭"],
  ["a\u001b[2Jb", "a\\u{1b}[2Jb"],
  ["a\u009bb", "a\\u{9b}b"],
  ["\u202eabc", "\\u{202e}abc"],
  ["bell\u0007", "bell\\u{7}"],
  ["a\r\nb", "a\\u{d}\nb"],
  ["tab\tand\nline", "tab\tand\nline"],
])("printable(%j) is %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("printableLine() is one line, and printable() leaves nothing that could drive a terminal", () => {
  expect(printableLine("a\n\n\tb")).toBe("a b");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(indexOfUnprintable(printable(text))).toBe(-1);
      expect(printableLine(text)).not.toContain("\n");
    }),
  );
});

test.each([
  ["6d159fe1-070a-4921-a218-8ca2075bc5f8", true],
  ["terminal:0123456789ab", true],
  ["", false],
  ["../../etc/passwd", false],
  ["a b", false],
  ["-flag", false],
  ["a\nb", false],
  ["x".repeat(201), false],
])("parseSessionId(%j) takes it: %p", (text, isTaken) => {
  expect(parseSessionId(text) !== undefined).toBe(isTaken);
  expect(parseMasqueSessionId(text) !== undefined).toBe(isTaken);
});

test("terminalSessionId() is the same for a project, and another for another", () => {
  expect(String(terminalSessionId("/p"))).toMatch(/^terminal:[0-9a-f]{12}$/);
  expect(terminalSessionId("/p")).toBe(terminalSessionId("/p"));
  expect(terminalSessionId("/p")).not.toBe(terminalSessionId("/q"));
});

test("digestOf() is the SHA-256 of the bytes, and parseDigest() takes nothing else", () => {
  const digest = digestOf("");
  expect(String(digest)).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(digestOf(new Uint8Array())).toBe(digest);
  expect(parseDigest(digest)).toBe(digest);
  expect(digestHex(digest)).toBe(digest.slice(7));
  for (const text of ["", "sha256:", digest.toUpperCase(), `${digest}0`, digest.slice(7)]) {
    expect(parseDigest(text)).toBeUndefined();
  }
});

test("printableJson() escapes what could drive a terminal, and the value stays the same", () => {
  const value = { text: "a\u009b31m\u202e\u001b[0m\n\ufeff" };
  const json = printableJson(JSON.stringify(value, null, 2));
  expect(indexOfUnprintable(json)).toBe(-1);
  expect(JSON.parse(json)).toEqual(value);
});
