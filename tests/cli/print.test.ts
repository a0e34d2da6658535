import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { html } from "../../src/cli/print/html.ts";
import { type Column, table } from "../../src/cli/print/table.ts";
import { cut, paragraph, wrapped } from "../../src/cli/print/wrap.ts";

/** Text and tables within a terminal's width. Bun counts the columns; these tests hold what its functions are used for. */

const GRAPHEMES = [
  "a",
  "b",
  "ß",
  "名",
  "仮",
  "👩‍👩‍👧‍👦",
  "🇩🇪",
  "e\u0301",
  "न",
  "मस्ते",
  " ",
  "-",
  "\ud800",
  "\u0007",
  "\t",
] as const;
const texts = fc.array(fc.constantFrom(...GRAPHEMES), { maxLength: 60 }).map((parts) => parts.join(""));
const words = fc
  .array(fc.array(fc.constantFrom("a", "ö", "名", "e\u0301", "🇩🇪"), { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((all) => all.map((word) => word.join("")).join(" "));
const widths = fc.integer({ min: 20, max: 200 });

describe("cut()", () => {
  test.each([
    ["hello", 5, "hello"],
    ["hello", 4, "hel…"],
    ["hello world", 7, "hello…"],
    ["名前の長い仮面", 6, "名前…"],
    ["名前の長い仮面", 5, "名前…"],
    ["a👩‍👩‍👧‍👦b", 3, "a…"],
    ["🇩🇪🇩🇪🇩🇪", 4, "🇩🇪…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["abc", 1, "…"],
    ["名", 1, "…"],
    ["", 1, ""],
    ["\u001b[31mhello\u001b[39m", 4, "\u001b[31mhel\u001b[39m…"],
  ])("of %j to %d columns is %j", (text, width, kept) => {
    expect(cut(text, width)).toBe(kept);
  });

  test("never takes more than the width, and keeps a start of the text", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 80 }), (text, width) => {
        const kept = cut(text, width);
        expect(Bun.stringWidth(kept)).toBeLessThanOrEqual(width);
        expect(text.startsWith(kept === text ? kept : kept.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe("wrapped()", () => {
  test("keeps every word, and breaks only where a word would not fit", () => {
    fc.assert(
      fc.property(words, widths, (text, width) => {
        const lines = wrapped(text, width);
        expect(lines.join(" ")).toBe(text);
        for (const line of lines) if (line.includes(" ")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
        for (const [at, line] of lines.slice(0, -1).entries()) {
          const [next = ""] = lines[at + 1]?.split(" ") ?? [];
          expect(Bun.stringWidth(`${line} ${next}`)).toBeGreaterThan(width);
        }
      }),
    );
  });

  test("leaves a word whole that is longer than a line: a path can be copied", () => {
    expect(wrapped("see /home/a/very/long/path now", 10)).toEqual(["see", "/home/a/very/long/path", "now"]);
  });

  test("closes a colour at the end of a line, and opens it again on the next", () => {
    expect(wrapped("\u001b[31mhello world\u001b[39m", 8)).toEqual([
      "\u001b[31mhello\u001b[39m",
      "\u001b[31mworld\u001b[39m",
    ]);
  });

  test("does not wrap for an output without a width", () => {
    expect(wrapped("a  b", Number.POSITIVE_INFINITY)).toEqual(["a  b"]);
  });
});

describe("paragraph()", () => {
  test("sets lines below the text of the first, after its mark", () => {
    expect(paragraph("one two three", 12, "- ")).toEqual(["  - one two", "    three"]);
  });

  test("breaks between parts before it breaks in one", () => {
    expect(paragraph("8 of 10 calls · 2 prompts · 5 tokens", 22)).toEqual([
      "  8 of 10 calls",
      "  2 prompts · 5 tokens",
    ]);
  });
});

describe("table()", () => {
  const COLUMNS: readonly Column[] = [
    { heading: "NAME", columnsMin: 6 },
    { heading: "N", isNumber: true },
    { heading: "COST", isNumber: true, isOptional: true },
    { heading: "KIND", isOptional: true },
  ];
  const rows = [
    ["名前の長い仮面", "1", "$0.10", "art"],
    ["Codesmith", "22", "$3.00", "specialist"],
  ];

  test("aligns text left and numbers right", () => {
    expect(table(COLUMNS, rows, 80)).toEqual({
      lines: [
        "NAME             N   COST  KIND",
        "名前の長い仮面   1  $0.10  art",
        "Codesmith       22  $3.00  specialist",
      ],
      leftOut: [],
    });
  });

  test("leaves out optional columns from the end, then cuts the one that may be cut", () => {
    expect(table(COLUMNS, rows, 26)).toEqual({
      lines: ["NAME             N   COST", "名前の長い仮面   1  $0.10", "Codesmith       22  $3.00"],
      leftOut: ["KIND"],
    });
    expect(table(COLUMNS, rows, 12)).toEqual({
      lines: ["NAME       N", "名前の…    1", "Codesmi…  22"],
      leftOut: ["COST", "KIND"],
    });
  });

  test("is as wide as the terminal at most, wherever its columns can give way", () => {
    const cells = fc.tuple(
      texts.map((text) => text.trim()),
      ...[1, 2, 3].map(() => fc.constantFrom("", "7", "12,345")),
    );
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 8 }), widths, (all, width) => {
        for (const line of table(COLUMNS, all, width).lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test("loses nothing where the width is infinite", () => {
    const { lines, leftOut } = table(COLUMNS, rows, Number.POSITIVE_INFINITY);
    expect([lines.length, leftOut.length]).toEqual([3, 0]);
  });
});

test("html`` escapes text for elements and for attributes in quotes, and leaves markup of ours alone", () => {
  const name = `<b a="1" b='2'>&amp;\u0007`;
  expect(html`<p title="${name}">${html`<i>${1}</i>`}</p>`.markup).toBe(
    `<p title="&lt;b a=&quot;1&quot; b=&#x27;2&#x27;&gt;&amp;amp;\\u{7}"><i>1</i></p>`,
  );
});
