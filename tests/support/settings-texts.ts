import fc from "fast-check";

/** Settings files as people leave them: comments in odd places, any line end, a mark, tabs, trailing commas, twins. */
export function settingsTexts(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom("\n", "\r\n", "\r"), fc.boolean(), fc.boolean())
    .chain(([eol, hasMark, isEmpty]) =>
      isEmpty
        ? space(eol).map((text) => (hasMark ? "\ufeff" : "") + text)
        : fc
            .tuple(space(eol), objectText(eol, 2), space(eol))
            .map(([before, object, after]) => (hasMark ? "\ufeff" : "") + before + object + after),
    );
}

const KEYS = fc.constantFrom(
  "a",
  "env",
  "X",
  "spinnerVerbs",
  "statusLine",
  "permissions",
  "hooks",
  'ü\u0000"',
  "__proto__",
  "constructor",
  "😀\ud800",
  "",
);

function objectText(eol: string, depth: number): fc.Arbitrary<string> {
  const member = fc
    .tuple(space(eol), KEYS, space(eol), valueText(eol, depth), space(eol))
    .map(([a, key, b, value, c]) => `${a}${JSON.stringify(key)}${b}:${b}${value}${c}`);
  return listText(eol, "{}", member);
}

function valueText(eol: string, depth: number): fc.Arbitrary<string> {
  const leaf = fc.oneof(
    fc.constantFrom("true", "null", "-1.5e3", '"// no comment"', '"\\u00e9 }, ,"', '""'),
    fc.string().map((text) => JSON.stringify(text)),
  );
  if (depth === 0) return leaf;
  const item = fc.tuple(space(eol), leaf, space(eol)).map((parts) => parts.join(""));
  return fc.oneof(leaf, objectText(eol, depth - 1), listText(eol, "[]", item));
}

function listText(eol: string, brackets: string, item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fc.array(item, { maxLength: 4 }), fc.boolean(), space(eol)).map(([items, hasTrailingComma, end]) => {
    const comma = items.length > 0 && hasTrailingComma ? "," : "";
    return `${brackets[0]}${items.join(",")}${comma}${end}${brackets[1]}`;
  });
}

function space(eol: string): fc.Arbitrary<string> {
  const part = fc.constantFrom(
    "",
    "",
    "",
    " ",
    "  ",
    "\t",
    eol,
    `${eol}  `,
    `${eol}\t`,
    "/* c */",
    "/**/",
    "/* , */",
    "/*/ */",
    `// \u2028 x${eol}`,
    `// " {${eol}`,
    '/* " */',
    `// c, }${eol}`,
    `/*${eol}*/`,
  );
  return fc.array(part, { maxLength: 3 }).map((parts) => parts.join(""));
}
