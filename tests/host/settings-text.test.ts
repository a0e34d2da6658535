import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createScanner, type SyntaxKind } from "jsonc-parser";
import type { Place } from "../../src/host/settings/edit.ts";
import { valueAt, withEdit, withoutEdit } from "../../src/host/settings/text.ts";
import type { Json } from "../../src/kernel/text/json.ts";
import { settingsTexts } from "../support/settings-texts.ts";

const FILE = "settings.json";
/** jsonc-parser's token at the end of a text; the package declares its kinds as an enum that this module cannot read. */
const END: number = 17 satisfies SyntaxKind.EOF;
const VERBS = { mode: "append", verbs: ["Forging"] };

function set(text: string, path: string[], value: Json): string {
  return withEdit(text, { path, isElement: false }, value, FILE).text;
}

describe("withEdit() of a member", () => {
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
    expect(withEdit('{"k":1}', { path: ["k"], isElement: false }, 1, FILE)).toEqual({ text: '{"k":1}', edit: null });
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

  test("runs out of stack for no text, whatever signs hide its brackets", () => {
    let refused = 0;
    const signs = fc.constantFrom('"', "\\", "\n", "\r", "/", "*", "//", "/*", "*/", "[", "}", "a", "\u2028");
    fc.assert(
      fc.property(fc.array(signs), fc.constantFrom("", '"', "*/", "\n"), (hiding, last) => {
        const text = `${hiding.join("")}${last}${"[".repeat(60_000)}`;
        if (editOrRefusal(() => set(text, ["k"], 1)) === undefined) refused += 1;
      }),
      { numRuns: 120 },
    );
    expect(refused).toBeGreaterThan(60);
  });

  test("refuses to replace a value that is not an object", () => {
    expect(() => set('{"env": "x"}', ["env", "X"], "y")).toThrow(
      expect.objectContaining({ message: `Cannot read "${FILE}": line 1, column 9: "env" is string, not an object` }),
    );
  });
});

describe("withEdit() of an element", () => {
  test.each([
    ["{}", '{\n  "h": [\n    1\n  ]\n}'],
    ['{"h":[]}', '{"h":[1]}'],
    ['{"h":[0]}', '{"h":[0, 1]}'],
    ['{\n  "h": [\n    0\n  ]\n}', '{\n  "h": [\n    0,\n    1\n  ]\n}'],
    ['{"h":[1]}', '{"h":[1]}'],
  ])("of 1 to %p", (before, after) => {
    expect(withEdit(before, { path: ["h"], isElement: true }, 1, FILE).text).toBe(after);
  });
});

describe("withoutEdit()", () => {
  test("removes only our key where the text around it has changed", () => {
    const edit = editOf("{}", { path: ["env", "X"], isElement: false }, "y");
    const rewritten = '{ "env": { "Y": "z", "X": "y" }, "b": [1] }';
    expect(withoutEdit(rewritten, edit, FILE)).toBe('{ "env": { "Y": "z"  }, "b": [1] }');
    expect(withoutEdit('{"env":{"X":"y"},"b":2}', edit, FILE)).toBe('{"b":2}');
  });

  test("restores what was at the key where the text around it has changed", () => {
    const edit = editOf('{"k": [1, 2], "a": 1}', { path: ["k"], isElement: false }, 7);
    expect(withoutEdit('{\n"a": 1,\n"k": 7}', edit, FILE)).toBe('{\n"a": 1,\n"k": [1, 2]}');
  });

  test("leaves a value that someone has changed since", () => {
    const edit = editOf("{}", { path: ["k"], isElement: false }, 7);
    expect(withoutEdit('{"k": 8}', edit, FILE)).toBeUndefined();
  });

  test("looks at the one of two equal keys that counts", () => {
    const edit = editOf("{}", { path: ["k"], isElement: false }, 7);
    expect(withoutEdit('{"k": 7, "k": 8}', edit, FILE)).toBeUndefined();
  });

  test("never leaves a comma too many", () => {
    const { text, edit } = withEdit('{"z":{ }}', { path: ["z", "k"], isElement: false }, 1, FILE);
    if (!edit) throw new Error("nothing was edited");
    expect(withoutEdit(text.replace('"k"', '"u": 0, "k"'), edit, FILE)).not.toMatch(/,\s*\}/);
  });

  test("keeps the comments around the key", () => {
    const edit = editOf("{}", { path: ["k"], isElement: false }, 1);
    const text = '{\n  "a": 1, // one\n  // before\n  "k": 1, // ours\n  // after\n  "b": 2\n}';
    const after = withoutEdit(text, edit, FILE);
    for (const comment of ["// one", "// before", "// ours", "// after"]) expect(after).toContain(comment);
    expect(valueAt(after ?? "", [], FILE)).toEqual({ a: 1, b: 2 });
  });

  test("leaves every token and comment as it was, and nothing of an edit", () => {
    let edits = 0;
    fc.assert(
      fc.property(settingsTexts(), places(), fc.jsonValue(), (text, place, json) => {
        const edited = editOrRefusal(() => withEdit(text, place, JSON.parse(JSON.stringify(json)), FILE));
        if (!edited?.edit) return;
        edits += 1;
        const now = valueAt(edited.text, place.path, FILE);
        expect(place.isElement && Array.isArray(now) ? now.at(-1) : now).toEqual(edited.edit.value);
        expect(commentsOf(edited.text).sort()).toEqual(commentsOf(text, edited.edit.former).sort());
        const after = withoutEdit(edited.text, edited.edit, FILE) ?? "";
        expect(tokensOf(after)).toEqual(tokensOf(isEmptyText(text) ? `${text}\n{}` : text));
      }),
      { numRuns: 600 },
    );
    expect(edits).toBeGreaterThan(100);
  });

  test("keeps what a person added meanwhile, wherever it went", () => {
    let kept = 0;
    fc.assert(
      fc.property(
        settingsTexts(),
        fc.constantFrom(["mine"], ["env", "MINE"]),
        fc.boolean(),
        (text, theirs, isRewritten) => {
          const ours = editOrRefusal(() => withEdit(text, { path: ["env", "X"], isElement: false }, "y", FILE));
          const added =
            ours && editOrRefusal(() => withEdit(ours.text, { path: theirs, isElement: false }, true, FILE));
          if (!ours?.edit || !added) return;
          kept += 1;
          const rewritten = isRewritten ? JSON.stringify(valueAt(added.text, [], FILE)) : added.text;
          const after = withoutEdit(rewritten, ours.edit, FILE) ?? "";
          expect(valueAt(after, theirs, FILE)).toBe(true);
          expect(valueAt(after, ["env", "X"], FILE)).toEqual(valueAt(text, ["env", "X"], FILE));
        },
      ),
      { numRuns: 400 },
    );
    expect(kept).toBeGreaterThan(100);
  });
});

function editOf(text: string, place: Place, value: Json) {
  const { edit } = withEdit(text, place, value, FILE);
  if (!edit) throw new Error("nothing was edited");
  return edit;
}

function places(): fc.Arbitrary<Place> {
  return fc.record({
    path: fc.constantFrom(["spinnerVerbs"], ["env", "X"], ["a"], ["statusLine"], ["hooks", "X"]),
    isElement: fc.boolean(),
  });
}

/** A text that holds space and comments alone. */
function isEmptyText(text: string): boolean {
  return tokensOf(text).every((token) => token.startsWith("/"));
}

/** Everything in a text but the space: tokens and comments, in order. */
function tokensOf(text: string): string[] {
  const readable = text.startsWith("\ufeff") ? text.slice(1) : text;
  const scanner = createScanner(readable, false);
  const tokens: string[] = [];
  for (let kind: number = scanner.scan(); kind !== END; kind = scanner.scan()) {
    const token = readable.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength());
    if (token.trim() !== "") tokens.push(token);
  }
  return tokens;
}

function commentsOf(text: string, without: string | null = null): string[] {
  const comments = (of: string) => tokensOf(of).filter((token) => token.startsWith("/"));
  const gone = comments(without ?? "");
  return comments(text).filter((comment) => {
    const at = gone.indexOf(comment);
    if (at !== -1) gone.splice(at, 1);
    return at === -1;
  });
}

/** Some texts hold something else than an object at a key: those edits are refused, and that is right. */
function editOrRefusal<T>(edit: () => T): T | undefined {
  try {
    return edit();
  } catch (error) {
    expect(error).toEqual(expect.objectContaining({ code: "host.settings-invalid" }));
    return undefined;
  }
}
