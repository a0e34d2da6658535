import { expect, test } from "bun:test";
import fc from "fast-check";
import { EXIT, errnoOf, MasqueError } from "../../src/kernel/errors.ts";
import { parseMasqueSessionId, parseSessionId, terminalSessionId } from "../../src/kernel/ids.ts";
import { digestHex, digestOf, parseDigest } from "../../src/kernel/text/digest.ts";
import { indexOfUnprintable, printable, printableJson, printableLine } from "../../src/kernel/text/printable.ts";
import { disarmed } from "../../src/kernel/text/runner-commands.ts";
import { commandsIn } from "../support/actions-runner.ts";

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
  ["an error whose code is not text", Object.assign(new Error("e"), { code: 1 }), undefined],
  ["an error without a code", new Error("e"), undefined],
  ["an object that is not an error", { code: "ENOENT" }, undefined],
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
  ["tag\u{e0068}\u{e0069}", "tag\\u{e0068}\\u{e0069}"],
  ["zero\u200bwidth\u2060s\u200e\u061c", "zero\\u{200b}width\\u{2060}s\\u{200e}\\u{61c}"],
  ["soft\u00ad\u180e\u3164\u115f\u1160\uffa0", "soft\\u{ad}\\u{180e}\\u{3164}\\u{115f}\\u{1160}\\u{ffa0}"],
  ["a\ufff9b\ufffac\ufffb", "a\\u{fff9}b\\u{fffa}c\\u{fffb}"],
  ["a\ufe0f1\ufe0f漢\u{e0100}", "a\\u{fe0f}1\\u{fe0f}漢\\u{e0100}"],
  ["🎭\ufe0f\ufe0e\u{e01ef}", "🎭\ufe0f\\u{fe0e}\\u{e01ef}"],
  ["a\u200db 🎭\u200d", "a\\u{200d}b 🎭\\u{200d}"],
  ["🏴\u{e0061}\u{e0062}\u{e007f}", "🏴\\u{e0061}\\u{e0062}\\u{e007f}"],
  ["ب\u200c\u200cب", "ب\\u{200c}\\u{200c}ب"],
])("printable(%j) is %j", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  ["an emoji and a text variant", "❤️ ☎︎ ©️ 🕵🏽‍♀️"],
  ["a family, a couple and a technologist", "👨‍👩‍👧‍👦 👩‍❤️‍💋‍👨 👩🏽‍💻"],
  ["flags", "🇨🇭 🏳️‍🌈 🏴‍☠️ 🏳️‍⚧️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿"],
  ["keys", "1️⃣ #️⃣"],
  ["Persian", "می‌خواهم"],
  ["Hindi and Sinhala", "क्‍ष क्‌ष ශ්‍රී"],
])("printable() leaves %s as they are", (_what, text) => {
  expect(printable(text)).toBe(text);
});

test("printable() leaves nothing of a text that Unicode calls ignorable, letter by letter", () => {
  let escaped = 0;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (!/[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u.test(character)) continue;
    if (printable(`x${character}x`) === `x\\u{${code.toString(16)}}x`) escaped++;
    else throw new Error(`U+${code.toString(16)} is printed`);
  }
  expect(escaped).toBeGreaterThan(4_000);
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
  const value = { text: "a\u009b31m\u202e\u001b[0m\n\ufeff\u{e0041}\u200b" };
  const json = printableJson(JSON.stringify(value, null, 2));
  expect(indexOfUnprintable(json)).toBe(-1);
  expect(JSON.parse(json)).toEqual(value);
});

test("disarmed() leaves no command of GitHub's runner in a text, and takes linear time", () => {
  const pieces = fc.constantFrom(
    "##[",
    "#",
    "[",
    "::",
    ":",
    "error",
    "]",
    " ",
    "\t",
    "\n",
    "\r",
    "\u0085",
    "\ufeff",
    "a",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const text = parts.join("");
      // The runner reads a lone carriage return as the end of a line.
      expect(commandsIn(disarmed(text).replaceAll("\r", "\n"))).toEqual([]);
      expect(JSON.parse(disarmed(JSON.stringify({ text }, null, 2)))).toEqual({ text });
    }),
    { numRuns: 2_000 },
  );
  expect(disarmed("\n ".repeat(1_000_000))).toHaveLength(2_000_000);
});
