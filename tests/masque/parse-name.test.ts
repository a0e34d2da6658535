import { expect, test } from "bun:test";
import { fileNameOf, NAME_CHARS_MAX, parseName } from "../../src/masque/masque.ts";

test.each([
  ["Codesmith", "codesmith.masque.yaml"],
  ["  Two Words ", "two-words.masque.yaml"],
  ["Éclaireuse", "éclaireuse.masque.yaml"],
  ["a_b-c D2", "a-b-c-d2.masque.yaml"],
  ["constructor", "constructor.masque.yaml"],
  ["x".repeat(NAME_CHARS_MAX), `${"x".repeat(NAME_CHARS_MAX)}.masque.yaml`],
])("parseName(%j) is a name whose file is %j", (raw, file) => {
  expect(fileNameOf(parseName(raw))).toBe(file);
});

test.each([
  ["", "it is empty"],
  ["   ", "it is empty"],
  ["x".repeat(NAME_CHARS_MAX + 1), `it is longer than ${NAME_CHARS_MAX} characters`],
  ["../etc/passwd", "never by a path"],
  ["a/b", "never by a path"],
  ["a\\b", "never by a path"],
  ["a  b", "single spaces"],
  ["-a", "begins with a letter"],
  ["a-", "single spaces"],
  ["__proto__", "begins with a letter"],
  ["a\u200bb", "single spaces"],
  ["a\nb", "single spaces"],
])("parseName(%j) is refused: %s", (raw, found) => {
  expect(() => parseName(raw)).toThrow(expect.objectContaining({ code: "masque.name" }));
  expect(() => parseName(raw)).toThrow(found);
});
