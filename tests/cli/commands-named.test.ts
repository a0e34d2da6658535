import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Command, CommandTable } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { asksForHelp, parseCommandLine } from "../../src/cli/parse.ts";
import { CHECKOUT } from "../architecture/module.ts";

/** Every command line that a message or a help text names can be pasted: its command exists, and takes its flags. */

/** What the programs of others are called in a `try:`. */
const OTHERS = /^(?:npm ci|rm |kill -9 |chmod |chown )/;
/** What a placeholder of a text may hold, where the word `x` would be no such thing. */
const FILLED: ReadonlyMap<string, string> = new Map([
  ["path", "list"],
  ["prefix", ""],
  ["near", "list"],
  ["command", "judge"],
  ["flags", " --project --undo"],
  ["name", "prompt"],
]);

type Named = { readonly where: string; readonly line: string };

const named = [...new Bun.Glob("src/**/*.ts").scanSync(CHECKOUT)].sort().flatMap((path) => namedIn(path));

test("commands are named in more than a few places", () => {
  expect(named.length).toBeGreaterThan(40);
});

describe("a command that a text names can be pasted", () => {
  test.each(named.map(({ where, line }) => [line, where] as const))("%s (%s)", async (line) => {
    expect(await faultIn(line)).toBeUndefined();
  });
});

test.each([
  ["masque lst", "no command"],
  ["masque audience begin", "no command"],
  ["masque doff --now", "unknown flag"],
  ["masque audience", "a group"],
  ["look at the log", "no program"],
])("%s is refused", async (line, fault) => {
  expect(await faultIn(line)).toContain(fault);
});

/** Each `try:` of a file, and each command line in backticks. */
function namedIn(path: string): Named[] {
  const source = ts.createSourceFile(path, readFileSync(join(CHECKOUT, path), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Named[] = [];
  const at = (node: ts.Node) => `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const visit = (node: ts.Node, isTry: boolean): void => {
    const text = textOf(node);
    if (text !== undefined) {
      if (isTry) found.push({ where: at(node), line: text });
      for (const [, line = ""] of text.matchAll(/`(masque [^`…<]+)`/g)) found.push({ where: at(node), line });
      return;
    }
    if (ts.isPropertyAssignment(node)) visit(node.initializer, node.name.getText() === "try");
    else if (ts.isConditionalExpression(node)) for (const one of [node.whenTrue, node.whenFalse]) visit(one, isTry);
    else node.forEachChild((child) => visit(child, false));
  };
  visit(source, false);
  return found;
}

/** A string as it is shown, with something in the place of each value. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.templateSpans.reduce((shown, { expression, literal }) => {
    // What follows a word without a space is more of the line, such as further flags, or nothing.
    const otherwise = /[ ="]$|^$/.test(shown) ? "x" : "";
    return shown + (FILLED.get(expression.getText()) ?? otherwise) + literal.text;
  }, node.head.text);
}

/** Why a line cannot be pasted; nothing where it can. */
async function faultIn(line: string): Promise<string | undefined> {
  if (OTHERS.test(line)) return undefined;
  const [program, ...words] = line
    .replace(/^[A-Z]+=\S+ /, "")
    .replace(/\s+>.*$/, "")
    .split(" ")
    .filter(Boolean);
  if (program !== "masque") return `no program is called "${program}"`;
  if (words[0]?.startsWith("-"))
    return words.length === 1 && /^(--help|--version)$/.test(words[0]) ? undefined : "no command";
  let table: CommandTable = COMMANDS;
  for (const [at, word] of words.entries()) {
    if (word === "--help") return undefined;
    const entry = new Map(Object.entries(table)).get(word);
    if (entry === undefined) return `no command is called "${word}"`;
    if ("load" in entry) return faultOf(words.slice(0, at + 1).join(" "), await entry.load(), words.slice(at + 1));
    table = entry.group;
  }
  return `"${line}" is a group of commands`;
}

function faultOf(path: string, command: Command, argv: readonly string[]): string | undefined {
  if (asksForHelp(command, argv)) return undefined;
  try {
    parseCommandLine(path, command, argv);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
