import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { appendElement, setMember, undoEdit, valueAt } from "../../src/host/claude/settings-text.ts";
import type { Json } from "../../src/kernel/json.ts";
import { settingsTexts } from "../support/settings-texts.ts";

const FILE = "settings.json";
const VERBS = { mode: "append", verbs: ["Forging"] };

function set(text: string, path: string[], value: Json): string {
  return setMember(text, { path, file: FILE }, value).text;
}

describe("setMember()", () => {
  test.each([
    ["an empty text", "", '{\n  "k": 1\n}\n'],
    ["a mark alone", "\ufeff", '\ufeff{\n  "k": 1\n}\n'],
    ["comments alone", "// mine", '// mine\n{\n  "k": 1\n}\n'],
    ["an empty object", "{}", '{\n  "k": 1\n}'],
    ["an empty object with a remark", "{ // c\n}", '{ // c\n  "k": 1\n}'],
    ["one line", '{"a":1}', '{"a":1, "k": 1}'],
    ["one line with a trailing comma", '{"a":1,}', '{"a":1, "k": 1,}'],
    ["lines", '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "k": 1\n}\n'],
    ["tabs", '{\n\t"a": 1\n}', '{\n\t"a": 1,\n\t"k": 1\n}'],
    ["Windows line ends", '{\r\n  "a": 1\r\n}\r\n', '{\r\n  "a": 1,\r\n  "k": 1\r\n}\r\n'],
    ["a remark behind the last", '{\n  "a": 1 // one\n}', '{\n  "a": 1, // one\n  "k": 1\n}'],
    ["a trailing comma and a remark", '{\n  "a": 1, // one\n}', '{\n  "a": 1, // one\n  "k": 1,\n}'],
    ["the key there already", '{"k": [0], "z": 2}', '{"k": 1, "z": 2}'],
    ["the key there twice", '{"k": 8, "k": 9}', '{"k": 8, "k": 1}'],
  ])("writes into %s", (_name, before, after) => {
    expect(set(before, ["k"], 1)).toBe(after);
  });

  test("lays a value out as the file is laid out", () => {
    expect(set('{\r\n\t"a": 1\r\n}', ["spinnerVerbs"], VERBS)).toBe(
      '{\r\n\t"a": 1,\r\n\t"spinnerVerbs": {\r\n\t\t"mode": "append",\r\n\t\t"verbs": [\r\n\t\t\t"Forging"\r\n\t\t]\r\n\t}\r\n}',
    );
  });

  test("makes the objects on the way", () => {
    expect(set('{\n  "a": 1\n}\n', ["env", "X"], "y")).toBe('{\n  "a": 1,\n  "env": {\n    "X": "y"\n  }\n}\n');
  });

  test("does nothing when the text says so already", () => {
    expect(setMember('{"k":1}', { path: ["k"], file: FILE }, 1)).toEqual({ text: '{"k":1}', edit: null });
  });

  test.each([
    ["{", "line 1, column 2"],
    ['{\n  "a": \n}', "line 3, column 1"],
    ["[1]", "line 1, column 1"],
    ['{"k": 1} trailing', "line 1, column 10"],
  ])("refuses %p", (text, where) => {
    expect(() => set(text, ["k"], 1)).toThrow(
      expect.objectContaining({ code: "host.settings-invalid", message: expect.stringContaining(where) }),
    );
  });

  test("refuses a text nested deeper than any settings are", () => {
    expect(() => set(`{"a":${"[".repeat(200_000)}`, ["k"], 1)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("nested over 100 deep") }),
    );
  });

  test("refuses to replace what is no object on the way", () => {
    expect(() => set('{"env": "x"}', ["env", "X"], "y")).toThrow(
      expect.objectContaining({ message: `Cannot read "${FILE}": line 1, column 9: "env" is string, not an object` }),
    );
  });
});

describe("appendElement()", () => {
  test.each([
    ["{}", '{\n  "h": [\n    1\n  ]\n}'],
    ['{"h":[]}', '{"h":[1]}'],
    ['{"h":[0]}', '{"h":[0, 1]}'],
    ['{\n  "h": [\n    0\n  ]\n}', '{\n  "h": [\n    0,\n    1\n  ]\n}'],
    ['{"h":[1]}', '{"h":[1]}'],
  ])("of 1 to %p", (before, after) => {
    expect(appendElement(before, { path: ["h"], file: FILE }, 1).text).toBe(after);
  });
});

describe("undoEdit()", () => {
  test("removes only our key where the text around it has changed", () => {
    const { edit } = setMember("{}", { path: ["env", "X"], file: FILE }, "y");
    if (!edit) throw new Error("nothing was edited");
    const rewritten = '{ "env": { "Y": "z", "X": "y" }, "b": [1] }';
    expect(undoEdit(rewritten, edit, FILE)).toEqual({ kind: "careful", text: '{ "env": { "Y": "z"  }, "b": [1] }' });
    expect(undoEdit('{"env":{"X":"y"},"b":2}', edit, FILE).text).toBe('{"b":2}');
  });

  test("restores what stood at the key where the text around it has changed", () => {
    const { edit } = setMember('{"k": [1, 2], "a": 1}', { path: ["k"], file: FILE }, 7);
    if (!edit) throw new Error("nothing was edited");
    expect(undoEdit('{\n"a": 1,\n"k": 7}', edit, FILE).text).toBe('{\n"a": 1,\n"k": [1, 2]}');
  });

  test("leaves a value that someone has changed since", () => {
    const { edit } = setMember("{}", { path: ["k"], file: FILE }, 7);
    if (!edit) throw new Error("nothing was edited");
    expect(undoEdit('{"k": 8}', edit, FILE)).toEqual({ kind: "absent", text: '{"k": 8}' });
  });

  test("never leaves a comma too many", () => {
    const { text, edit } = setMember('{"z":{ }}', { path: ["z", "k"], file: FILE }, 1);
    if (!edit) throw new Error("nothing was edited");
    expect(undoEdit(text.replace('"k"', '"u": 0, "k"'), edit, FILE).text).not.toMatch(/,\s*\}/);
  });

  test("gives back any settings file byte for byte", () => {
    const paths = fc.constantFrom(["spinnerVerbs"], ["env", "X"], ["a"], ["statusLine"]);
    fc.assert(
      fc.property(settingsTexts(), paths, fc.jsonValue(), fc.boolean(), (text, path, json, isElement) => {
        const value = JSON.parse(JSON.stringify(json));
        const place = { path, file: FILE };
        const edited = editOrRefusal(() => (isElement ? appendElement : setMember)(text, place, value));
        if (!edited?.edit) return;
        const now = valueAt(edited.text, place);
        expect(isElement ? (Array.isArray(now) ? now.at(-1) : now) : now).toEqual(value);
        expect(undoEdit(edited.text, edited.edit, FILE)).toEqual({ kind: "exact", text });
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test("keeps what a person added meanwhile, wherever it went", () => {
    fc.assert(
      fc.property(
        settingsTexts(),
        fc.constantFrom(["mine"], ["env", "MINE"]),
        fc.boolean(),
        (text, theirs, isFirst) => {
          const place = { path: ["env", "X"], file: FILE };
          const ours = editOrRefusal(() => setMember(text, place, "y"));
          const added = ours && editOrRefusal(() => setMember(ours.text, { path: theirs, file: FILE }, true));
          if (!ours?.edit || !added) return;
          const rewritten = isFirst ? JSON.stringify(valueAt(added.text, { path: [], file: FILE })) : added.text;
          const { text: after } = undoEdit(rewritten, ours.edit, FILE);
          expect(valueAt(after, { path: theirs, file: FILE })).toBe(true);
          const before = valueAt(text, { path: ["env", "X"], file: FILE });
          expect(valueAt(after, place)).toEqual(before);
        },
      ),
      { seed: 1, numRuns: 400 },
    );
  });
});

/** Some texts hold something else than an object at a key: those edits are refused, and that is right. */
function editOrRefusal<T>(edit: () => T): T | undefined {
  try {
    return edit();
  } catch (error) {
    expect(error).toEqual(expect.objectContaining({ code: "host.settings-invalid" }));
    return undefined;
  }
}
