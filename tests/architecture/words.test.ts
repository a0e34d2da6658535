import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { CHECKOUT, moduleOf, visitAll } from "./module.ts";

/** Plain English: words that have a plainer one are refused, with the plainer one. */
const PLAINER: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\banew\b/i, '"again", or "new"'],
  [/\bbeneath\b/i, '"below"'],
  [/\bnobody\b/i, "who or what is meant, without a person who is not there"],
  [/\b(?:tells?|told) of\b/i, '"reports", or "says"'],
  [/\bby custom\b/i, '"by default"'],
  [/(?<!\bthere )\b(?:is|are|was|were|be) no (?!longer\b|more\b)\w+/i, '"is not a …"'],
  [/\bstands (?:beside|behind|there|in|at|on)\b|\bas (?:it|they) stands?\b/i, '"is …"'],
  [/\bbehind `?--/, '"after `--`"'],
  [/\bcure\b/i, '"fix"'],
  [/\bever after\b/i, '"from then on"'],
];

/** Words of the code that people do not know. */
const OF_THE_CODE: typeof PLAINER = [
  [/\bthe host\b(?! name)/i, '"Claude Code"'],
  [/\b(?:telemetry|time|it) counts from\b/i, '"takes effect when …"'],
];

const READ_BY_PEOPLE = ["src/cli", "docs", "commands", "README.md"].flatMap((path) => filesAt(path));

/** What contributors read: comments, messages and names. */
const READ_BY_CONTRIBUTORS = ["src", "tests/support", "tests/architecture"]
  .flatMap((path) => filesAt(path))
  .filter((path) => !path.startsWith("src/cli/") && path !== "tests/architecture/words.test.ts");

/** Files with words that are still to be replaced. */
const NOT_YET_PLAIN: readonly string[] = [];

const TEST_FILES = filesAt("tests").filter((path) => path.endsWith(".test.ts"));

test.each(READ_BY_PEOPLE.filter((path) => !path.startsWith("docs/internals/")))("%s says it in plain words", (path) => {
  if (!NOT_YET_PLAIN.includes(path)) expect(refusedIn(textOf(path), [...PLAINER, ...OF_THE_CODE])).toEqual([]);
});

test.each(READ_BY_CONTRIBUTORS.filter((path) => !NOT_YET_PLAIN.includes(path)))("%s is in plain words", (path) => {
  expect(refusedIn(textOf(path), PLAINER)).toEqual([]);
});

test.each(TEST_FILES)("the names of the tests in %s are plain words", (path) => {
  expect(refusedIn(namesOfTests(path, textOf(path)).join("\n"), PLAINER)).toEqual([]);
});

test.each([
  "written anew",
  "shown beneath",
  "nobody has agreed",
  "a warning that tells of it",
  "this is no file",
  "words that are no flags",
  "by custom",
  "what stands there",
  "print it as it stands",
  "words behind `--`",
  "the host ends",
  "the cure",
  "and nothing heavy ever after",
])("%j is refused", (text) => {
  expect(refusedIn(text, [...PLAINER, ...OF_THE_CODE])).toHaveLength(1);
});

test.each(["there is no file", "it is no longer there", "an x stands for a number", "the host name"])(
  "%j is let through",
  (text) => {
    expect(refusedIn(text, [...PLAINER, ...OF_THE_CODE])).toEqual([]);
  },
);

test("names of tests are found in every form", () => {
  const text = `test("a", f); test.each([1])("b %p", f); describe.each(X)(\`c\`, f); testWith(need)("d", f);`;
  expect(namesOfTests("tests/a.test.ts", text).sort()).toEqual(["a", "b %p", "c", "d"]);
  expect(TEST_FILES.length).toBeGreaterThan(150);
});

function namesOfTests(path: string, text: string): string[] {
  const names: string[] = [];
  visitAll(moduleOf(path, text).syntax, (node) => {
    if (!ts.isCallExpression(node) || !/^(?:test|describe)/.test(node.expression.getText())) return;
    const [name] = node.arguments;
    if (name && ts.isStringLiteralLike(name)) names.push(name.text);
  });
  return names;
}

function refusedIn(text: string, words: typeof PLAINER): string[] {
  return text
    .split("\n")
    .flatMap((line, at) =>
      words
        .filter(([word]) => word.test(line))
        .map(([, instead]) => `line ${at + 1}: ${line.trim()} (write ${instead})`),
    );
}

function textOf(path: string): string {
  return readFileSync(join(CHECKOUT, path), "utf8");
}

function filesAt(path: string): string[] {
  if (!statSync(join(CHECKOUT, path)).isDirectory()) return [path];
  const names = readdirSync(join(CHECKOUT, path), { recursive: true, encoding: "utf8" });
  return names.map((name) => `${path}/${name.replaceAll("\\", "/")}`).filter((name) => /\.(ts|md|sh)$/.test(name));
}
