import { digestOf } from "../../kernel/text/digest.ts";
import type { Position } from "../../kernel/text/position.ts";
import { describeCharacter, indexOfUnprintable, printableLine } from "../../kernel/text/printable.ts";
import type { readYaml, YamlReading } from "../../kernel/text/yaml.ts";
import { codeFrame } from "../code-frame.ts";
import { identityBlock } from "../identity-block.ts";
import type { Masque } from "../masque.ts";
import type { MasqueReading, Problem } from "../reading.ts";
import type { PatternCompiler } from "../rubric/pattern.ts";
import { fieldsOf, textsIn } from "./fields.ts";
import { fileInvalid, invisible, silence } from "./in-file.ts";
import { positionOf } from "./place.ts";
import type { Rule, SharedText, Subject } from "./rule.ts";
import { RULES, ruleById } from "./rules.ts";

/** What lint needs of packages. */
export type LintTools = {
  readonly readYaml: typeof readYaml;
  readonly compile: PatternCompiler;
  /** Tokens of a text, as the tokenizer counts that the rules name. */
  readonly countTokens: (text: string) => number;
};

/** A file to lint, as it was read. */
export type LintedFile = {
  /** The name that problems carry. */
  readonly file: string;
  readonly text: string;
  readonly reading: MasqueReading;
};

type Read = Extract<YamlReading, { kind: "read" }>;

/**
 * What the rules find in a file, in the order of its lines. Of an invalid file these are the reader's problems, with the rule
 * `file/invalid`, and refused characters; of a valid file the reader's warnings are left out.
 */
export function lintFile(linted: LintedFile, shared: SharedText, tools: LintTools): readonly Problem[] {
  const { reading } = linted;
  const text = linted.text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const source = { ...linted, text };
  if (reading.kind === "invalid") return invalidProblems(source, reading.problems, tools);
  const yaml = tools.readYaml(text);
  // A file that passed the schema is YAML.
  if (yaml.kind === "broken") return [];
  const { masque } = reading;
  const found = ruleProblems(source, yaml, subjectOf(masque, text, { shared, tools }));
  return inOrder([...found, ...silenceProblems(source, yaml, masque)]);
}

function subjectOf(
  masque: Masque,
  source: string,
  { shared, tools }: { readonly shared: SharedText; readonly tools: LintTools },
): Subject {
  const block = identityBlock({ masque, digest: digestOf(""), intent: null, replaces: null });
  const blockTokens = tools.countTokens(block);
  return { masque, source, fields: fieldsOf(masque), blockTokens, compile: tools.compile, shared };
}

function ruleProblems(source: LintedFile, yaml: Read, subject: Subject): Problem[] {
  const silenced = new Set((subject.masque.lint?.silence ?? []).filter(isInEffect).map(({ rule }) => rule));
  return RULES.filter(({ id }) => !silenced.has(id)).flatMap((rule) =>
    rule
      .find(subject)
      .map(({ spot, message }) =>
        problem(source, rule, { ...positionOf(spot, source.text, yaml, subject.fields), message }),
      ),
  );
}

function isInEffect({ rule, reason }: { readonly rule: string; readonly reason: string }): boolean {
  return ruleById(rule)?.canSilence === true && reason.trim() !== "";
}

function silenceProblems(source: LintedFile, yaml: Read, { lint }: Masque): Problem[] {
  return (lint?.silence ?? []).flatMap((one, at) => {
    if (isInEffect(one)) return [];
    const rule = ruleById(one.rule);
    const shown = printableLine(one.rule);
    const message = !rule
      ? `There is no rule "${shown}"`
      : rule.canSilence
        ? `The silence of ${rule.id} has no reason`
        : `The rule ${rule.id} cannot be silenced`;
    return [problem(source, silence, { ...yaml.locate(["lint", "silence", at, "rule"]), message })];
  });
}

/** A character that is refused may be written as itself, or as an escape inside a quoted text. */
function invalidProblems(source: LintedFile, problems: readonly Problem[], tools: LintTools): readonly Problem[] {
  const characters = [...charactersIn(source), ...escapedCharactersIn(source, tools)];
  const isShown = ({ line, column }: Position) => characters.some((one) => one.line === line && one.column === column);
  return inOrder([
    ...characters,
    ...problems
      .filter((one) => !isShown(one))
      .map((one) => ({ ...one, rule: fileInvalid.id, reason: fileInvalid.reason })),
  ]);
}

function charactersIn(source: LintedFile): Problem[] {
  const at = indexOfUnprintable(source.text);
  if (at === -1) return [];
  const before = source.text.slice(0, at);
  const line = before.split("\n").length;
  return [invisibleProblem(source, { line, column: at - before.lastIndexOf("\n") }, source.text, at)];
}

function escapedCharactersIn(source: LintedFile, { readYaml: read }: LintTools): Problem[] {
  const yaml = read(source.text);
  if (yaml.kind === "broken") return [];
  return textsIn(yaml.value, []).flatMap(({ path, text }) => {
    const at = indexOfUnprintable(text);
    return at === -1 ? [] : [invisibleProblem(source, yaml.locate(path), text, at)];
  });
}

function invisibleProblem(source: LintedFile, place: Position, text: string, at: number): Problem {
  const { kind, code } = describeCharacter(text, at);
  return problem(source, invisible, { ...place, message: `The ${kind} ${code} is refused` });
}

function problem({ file, text }: LintedFile, rule: Rule, found: Position & Pick<Problem, "message">): Problem {
  const { id, severity, fix: hint, reason } = rule;
  const message = printableLine(found.message);
  return { file, ...found, message, severity, hint, rule: id, reason, frame: codeFrame(text, found) };
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((left, right) => left.line - right.line || left.column - right.column);
}
