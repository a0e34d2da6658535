import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./module.ts";

/** Plain English in what people read: words that have a plainer one are refused, with the plainer one. */
const PLAINER: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\banew\b/i, '"again", or "new"'],
  [/\bbeneath\b/i, '"below"'],
  [/\bnobody\b/i, "who or what is meant, without a person who is not there"],
  [/\btells of\b/i, '"reports", or "says"'],
  [/\bby custom\b/i, '"by default"'],
  [/\bis no (?:file|terminal|host|page|link|folder|regular)\b/i, '"is not a …"'],
  [/\bstands (?:beside|behind|there|in)\b/i, '"is …"'],
  [/\bthe host\b(?! name)/i, '"Claude Code": people do not know that word'],
  [/\bcure\b/i, '"fix"'],
];

const READ_BY_PEOPLE = ["src/cli", "docs", "commands", "README.md"].flatMap((path) => filesAt(path));

test.each(READ_BY_PEOPLE)("%s says it in plain words", (path) => {
  expect(refusedIn(readFileSync(join(CHECKOUT, path), "utf8"))).toEqual([]);
});

test.each([
  "written anew",
  "shown beneath",
  "nobody has agreed",
  "this is no file",
  "by custom",
  "what stands there",
  "the host ends",
  "the cure",
])("%j is refused", (text) => {
  expect(refusedIn(text)).toHaveLength(1);
});

function refusedIn(text: string): string[] {
  return text
    .split("\n")
    .flatMap((line, at) =>
      PLAINER.filter(([word]) => word.test(line)).map(
        ([, instead]) => `line ${at + 1}: ${line.trim()} (write ${instead})`,
      ),
    );
}

function filesAt(path: string): string[] {
  if (!statSync(join(CHECKOUT, path)).isDirectory()) return [path];
  const names = readdirSync(join(CHECKOUT, path), { recursive: true, encoding: "utf8" });
  return names.map((name) => `${path}/${name.replaceAll("\\", "/")}`).filter((name) => /\.(ts|md|sh)$/.test(name));
}
