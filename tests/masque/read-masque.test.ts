import { expect, test } from "bun:test";
import fc from "fast-check";
import { LIMITS } from "../../src/kernel/limits.ts";
import { masqueText } from "../support/masque-files.ts";
import { readMasque } from "../support/read-masque.ts";

const FILE = "x.masque.yaml";

function read(text: string | Uint8Array) {
  return readMasque(typeof text === "string" ? new TextEncoder().encode(text) : text, FILE);
}

function problemsOf(text: string | Uint8Array) {
  const reading = read(text);
  return reading.kind === "valid" ? reading.warnings : reading.problems;
}

test("readMasque() reads every field", () => {
  const reading = read(`name: Ab-C d
version: 0.2.0-rc.1+build.5
attributes: { category: art, tags: [x, { y: 1 }], tagline: "héllo ✨" }
context: |
  who
lens: |
  how
rubric: well
spinnerVerbs: { mode: prepend, verbs: ["A", "B c"] }
`);
  expect(reading).toEqual({
    kind: "valid",
    warnings: [],
    masque: expect.objectContaining({
      name: "Ab-C d",
      version: "0.2.0-rc.1+build.5",
      attributes: { category: "art", tags: ["x", { y: 1 }], tagline: "héllo ✨" },
      context: "who\n",
      lens: "how\n",
      rubric: "well",
      spinnerVerbs: { mode: "prepend", verbs: ["A", "B c"] },
    }),
  });
});

test("readMasque() takes a byte order mark and CRLF", () => {
  const reading = read(`\ufeff${masqueText().replaceAll("\n", "\r\n")}context: |\r\n  a\r\n  b\r\n`);
  expect(reading).toMatchObject({ kind: "valid", masque: { name: "Tester", context: "a\nb\n" } });
});

test.each([
  ["an empty file", "", "The file is empty", 1, 1],
  ["a list", "[a]", "A masque is a map", 1, 1],
  ["a missing lens", 'name: X\nversion: "1.0.0"\n', '"lens" is missing', 1, 1],
  ["a blank lens", 'name: X\nversion: "1.0.0"\nlens: " "\n', '"lens" must be more than blank', 3, 7],
  ["a lens of nothing", 'name: X\nversion: "1.0.0"\nlens:\n', '"lens" must be a string (was null)', 3, 1],
  ["a truncated file", 'name: X\nversion: "1.0', 'Missing closing "quote', 2, 14],
  ["malformed YAML", "name: X\n  version: 1\n", "Nested mappings are not allowed", 1, 7],
  [
    "a version that is a number",
    "name: X\nversion: 1.0\nlens: a\n",
    '"version" must be text, and 1 without quotes',
    2,
    10,
  ],
  ["a version of two parts", 'name: X\nversion: "1.0"\nlens: a\n', '"version" must be a SemVer 2.0 version', 2, 10],
  ["a version with leading zeros", 'name: X\nversion: "1.02.0"\nlens: a\n', '"version" must be a SemVer', 2, 10],
  ["a name that is a path", 'name: ../x\nversion: "1.0.0"\nlens: a\n', '"name" must be at most 64 letters', 1, 7],
  [
    "an unknown category",
    masqueText({ more: "attributes:\n  category: wizard\n" }),
    '"attributes.category" must be',
    5,
    13,
  ],
  [
    "a tagline of the wrong type",
    masqueText({ more: "attributes:\n  tagline: 3\n" }),
    '"attributes.tagline" must be a string',
    5,
    12,
  ],
  [
    "an unknown verb mode",
    masqueText({ more: "spinnerVerbs: { mode: shuffle, verbs: [A] }\n" }),
    '"spinnerVerbs.mode" must be',
    4,
    23,
  ],
  [
    "no verbs",
    masqueText({ more: "spinnerVerbs: { mode: append, verbs: [] }\n" }),
    '"spinnerVerbs.verbs" must be non-empty',
    4,
    38,
  ],
  [
    "a blank verb",
    masqueText({ more: 'spinnerVerbs: { mode: append, verbs: [A, " "] }\n' }),
    '"spinnerVerbs.verbs.1" must be more than blank',
    4,
    42,
  ],
  [
    "a verb of two lines",
    masqueText({ more: 'spinnerVerbs: { mode: append, verbs: ["A\\nB"] }\n' }),
    '"spinnerVerbs.verbs.0" must be one line',
    4,
    39,
  ],
  [
    "an escape in a tagline",
    masqueText({ more: 'attributes:\n  tagline: "\\e]0;title"\n' }),
    '"attributes.tagline" must be free of control characters (was U+001B)',
    5,
    12,
  ],
  [
    "an escape deep in attributes",
    masqueText({ more: 'attributes:\n  tags: [a, { b: "\\x9b" }]\n' }),
    "was U+009B",
    5,
    18,
  ],
  ["an escape in an attribute's key", masqueText({ more: 'attributes:\n  "\\u202e": 1\n' }), "was U+202E", 5, 13],
  ["an escape in the lens", masqueText({ lens: "a\u001b[2J" }), '"lens" must be free of control characters', 3, 7],
  [
    "a raw escape in a comment",
    masqueText({ more: "# \u001b]0;x\n" }),
    "The control character U+001B is refused",
    4,
    3,
  ],
  ["a raw NUL", masqueText({ more: "context: a\u0000b\n" }), "The control character U+0000 is refused", 4, 11],
  ["a hidden tag", masqueText({ lens: "a\u{e0041}" }), "The tag character U+E0041 is refused", 3, 9],
  [
    "a zero-width space in a comment",
    masqueText({ more: "# a\u200bb\n" }),
    "The invisible character U+200B is refused",
    4,
    4,
  ],
  [
    "an escaped filler in the lens",
    masqueText({ lens: "a\u3164b" }).replace("\u3164", "\\u3164"),
    '"lens" must be free of invisible characters (was U+3164)',
    3,
    7,
  ],
  [
    "half a surrogate pair",
    masqueText({ more: 'context: "\\uD800"\n' }),
    '"context" must be well-formed Unicode',
    4,
    10,
  ],
  ["a tag", masqueText({ more: "context: !!js/function x\n" }), "is refused", 4, 24],
  ["a key that is there twice", masqueText({ more: "lens: b\n" }), "This key is here twice", 4, 1],
])("readMasque() refuses %s and says where", (_what, text, message, line, column) => {
  expect(read(text).kind).toBe("invalid");
  const [first] = problemsOf(text);
  expect(first).toMatchObject({ file: FILE, severity: "error", line, column });
  expect(first?.message).toContain(message);
  expect(first?.frame).toContain("^");
});

const CHECKED = `anchor: Look twice, say once.
rubric:
  - text: Each finding names a place
    check: { must: '(?m)^\\S+:\\d+', mustNot: "\\\\bTODO\\\\b", maxWords: 300, tool: { unused: Edit } }
  - text: The cause was reproduced
lint:
  silence:
    - { rule: lens/no-report, reason: The answer is a picture }
`;

test("readMasque() reads an anchor, criteria with checks, and what lint leaves alone", () => {
  expect(read(masqueText({ more: CHECKED }))).toEqual({
    kind: "valid",
    warnings: [],
    masque: expect.objectContaining({
      anchor: "Look twice, say once.",
      rubric: [
        {
          text: "Each finding names a place",
          check: { must: "(?m)^\\S+:\\d+", mustNot: "\\bTODO\\b", maxWords: 300, tool: { unused: "Edit" } },
        },
        { text: "The cause was reproduced" },
      ],
      lint: { silence: [{ rule: "lens/no-report", reason: "The answer is a picture" }] },
    }),
  });
});

const criterion = (check: string) => masqueText({ more: `rubric:\n  - text: It holds\n    check: ${check}\n` });

test.each([
  [
    "a rubric that is a number",
    masqueText({ more: "rubric: 3\n" }),
    '"rubric" must be text or a list of criteria',
    4,
    9,
  ],
  ["a rubric that is a map", masqueText({ more: "rubric: { text: a }\n" }), '"rubric" must be text or a list', 4, 9],
  [
    "a list of texts",
    masqueText({ more: "rubric:\n  - It holds\n" }),
    '"rubric.0" must be a criterion with a "text"',
    5,
    5,
  ],
  ["an empty list of criteria", masqueText({ more: "rubric: []\n" }), '"rubric" must be non-empty', 4, 9],
  [
    "a criterion without text",
    masqueText({ more: "rubric: [{ check: { maxWords: 3 } }]\n" }),
    '"rubric.0.text" is missing',
    4,
    10,
  ],
  [
    "a blank criterion",
    masqueText({ more: 'rubric: [{ text: " " }]\n' }),
    '"rubric.0.text" must be more than blank',
    4,
    18,
  ],
  [
    "an unknown key of a criterion",
    masqueText({ more: "rubric: [{ text: a, chek: {} }]\n" }),
    'Unknown key "rubric.0.chek"',
    4,
    21,
  ],
  ["an empty check", criterion("{}"), '"rubric.0.check" must be an object with at least one of', 6, 12],
  ["an unknown check", criterion("{ mustnot: a }"), 'Unknown key "rubric.0.check.mustnot"', 6, 14],
  [
    "half a word",
    criterion("{ maxWords: 0.5 }"),
    '"rubric.0.check.maxWords" must be a whole number from 1 to 100000',
    6,
    24,
  ],
  ["no words", criterion("{ maxWords: 0 }"), '"rubric.0.check.maxWords" must be a whole number', 6, 24],
  ["an empty pattern", criterion('{ must: "" }'), '"rubric.0.check.must" must be non-empty', 6, 20],
  [
    "a pattern with look-ahead",
    criterion("{ must: '(?=a)' }"),
    '"rubric.0.check.must" must be a pattern in RE2\'s syntax: ',
    6,
    20,
  ],
  [
    "a back-reference",
    criterion("{ mustNot: '(a)\\1' }"),
    '"rubric.0.check.mustNot" must be a pattern in RE2\'s syntax: ',
    6,
    23,
  ],
  ["a pattern that does not end", criterion("{ must: '(a' }"), "missing closing )", 6, 20],
  ["a pattern that grows", criterion("{ must: '(\\pL{50}x{50}){9}' }"), "instructions", 6, 20],
  [
    "a pattern of 513 bytes",
    criterion(`{ must: ${"é".repeat(256)}x }`),
    '"rubric.0.check.must" must be at most 512 bytes',
    6,
    20,
  ],
  ["a tool that is a text", criterion("{ tool: Bash }"), '"rubric.0.check.tool" must be an object', 6, 20],
  [
    "a tool both used and unused",
    criterion("{ tool: { used: A, unused: B } }"),
    'must be either "used" or "unused" (was both)',
    6,
    20,
  ],
  [
    "a tool of two words",
    criterion('{ tool: { used: "a b" } }'),
    '"rubric.0.check.tool.used" must be the name of a tool',
    6,
    28,
  ],
  [
    "an anchor of 61 words",
    masqueText({ more: `anchor: ${"a ".repeat(61)}\n` }),
    '"anchor" must be 1 to 60 words (was 61 words)',
    4,
    9,
  ],
  ["a blank anchor", masqueText({ more: 'anchor: " "\n' }), '"anchor" must be 1 to 60 words (was 0 words)', 4, 9],
  [
    "a silence without a reason",
    masqueText({ more: "lint: { silence: [{ rule: a }] }\n" }),
    '"lint.silence.0.reason" is missing',
    4,
    19,
  ],
])("readMasque() refuses %s and says where", (_what, text, message, line, column) => {
  const [first, ...others] = problemsOf(text);
  expect({ ...first, message: undefined }).toMatchObject({ file: FILE, severity: "error", line, column });
  expect(first?.message).toContain(message);
  expect(first?.frame).toContain("^");
  expect(others).toEqual([]);
});

test("readMasque() suggests the known key of a check, and says what RE2 does not have", () => {
  expect(problemsOf(criterion("{ mustnot: a }"))[0]?.hint).toBe('did you mean "mustNot"?');
  expect(problemsOf(criterion("{ must: '(?=a)' }"))[0]?.hint).toContain("no look-around");
});

test("readMasque() refuses bytes that are not UTF-8", () => {
  const [first] = problemsOf(Uint8Array.from([0x61, 0x3a, 0x20, 0xff]));
  expect(first).toMatchObject({ line: 1, column: 4, message: "Not UTF-8 text" });
});

test("readMasque() keeps its bounds: the file, a field, attributes' size and depth, verbs", () => {
  const long = "x".repeat(LIMITS.masqueFieldBytesMax);
  expect(read(masqueText({ lens: long })).kind).toBe("valid");
  expect(problemsOf(masqueText({ lens: `${long}x` }))[0]?.message).toContain("65536");
  expect(problemsOf(masqueText({ lens: "é".repeat(40_000) }))[0]?.message).toContain("65536 bytes");
  expect(problemsOf(masqueText({ more: `# ${"x".repeat(LIMITS.masqueFileBytesMax)}\n` }))[0]?.message).toContain(
    "262144",
  );
  const nested = `${"{a: ".repeat(9)}1${"}".repeat(9)}`;
  expect(problemsOf(masqueText({ more: `attributes: ${nested}\n` }))[0]?.message).toContain("8 levels");
  expect(problemsOf(masqueText({ more: `attributes: { a: ${long}, b: ${long} }\n` }))[0]?.message).toContain("as JSON");
  const verbs = Array(LIMITS.spinnerVerbsMax + 1).fill("A");
  expect(problemsOf(masqueText({ more: `spinnerVerbs: { mode: append, verbs: [${verbs}] }\n` }))[0]?.message).toContain(
    "200",
  );
});

test("readMasque() warns of unknown keys, with the nearest known key", () => {
  const lense = problemsOf('name: X\nversion: "1.0.0"\nlense: a\n');
  expect(lense.map(({ severity, message }) => [severity, message])).toEqual([
    ["error", '"lens" is missing'],
    ["warning", 'Unknown key "lense": it is ignored'],
  ]);
  expect(lense[1]).toMatchObject({ line: 3, column: 1, hint: 'did you mean "lens"?' });
  const future = read(masqueText({ more: "hologram: { depth: 3 }\n" }));
  expect(future).toMatchObject({
    kind: "valid",
    warnings: [{ message: 'Unknown key "hologram": it is ignored', line: 4 }],
  });
  expect(future.kind === "valid" && "hologram" in future.masque).toBe(false);
});

test("readMasque() shows the place in a frame that cannot control a terminal", () => {
  const [first] = problemsOf(masqueText({ more: "# \u001b[31m red\n" }));
  expect(first?.frame).toMatchInlineSnapshot(`
"  3 | lens: "Look twice."
> 4 | # \\u{1b}[31m red
    |   ^
  5 |"
`);
});

test("readMasque() never throws, whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(read(bytes).kind).toBe("invalid");
    }),
  );
});

test("readMasque() keeps any printable prose as it is written", () => {
  const printable = fc.string({ unit: "grapheme-ascii", minLength: 1 }).filter((text) => text.trim() !== "");
  fc.assert(
    fc.property(printable, printable, (lens, tagline) => {
      const reading = read(masqueText({ lens, more: `attributes: { tagline: ${JSON.stringify(tagline)} }\n` }));
      expect(reading).toMatchObject({ kind: "valid", masque: { lens, attributes: { tagline } } });
    }),
  );
});
