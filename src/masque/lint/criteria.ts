import type { YamlPath } from "../../kernel/text/yaml.ts";
import { type Check, type Criterion, criteriaOf } from "../rubric/criteria.ts";
import { impossiblePart, literalOf } from "./pattern-source.ts";
import { wordsOf } from "./prose.ts";
import type { Fault, Rule, Subject } from "./rule.ts";
import { CLAUDE_TOOLS } from "./tools.ts";

/** Answers that have little in common. A pattern that is in all of them is in every answer. */
const ANY_ANSWERS = ["Done.", "OK", "The tests pass now, and 3 files changed.\n", "- no\n- yes", "Ich weiss es nicht"];

/** Words of a final answer: an agent's longest have some two thousand. */
const ANSWER_WORDS_MAX = 5_000;

/** A criterion of only such words says that the work is to be good. */
const PRAISE = new Set(
  "the a an all any every its it is are be was were should must shall will has have of in and or very really highly answer answers response output result results reply report work code solution session agent masque quality high good great excellent nice better best helpful useful valuable clear clean concise professional thorough outstanding amazing careful elegant insightful meaningful appropriate effective efficient robust polished readable well done written overall always as possible user happy satisfied".split(
    " ",
  ),
);

/** `rubric/cannot-fail` */
export const cannotFail: Rule = {
  id: "rubric/cannot-fail",
  severity: "error",
  title: "A criterion that nothing could fail",
  reason: "A criterion that every session passes shows nothing, and raises the share of what passed",
  fix: "say what a poor session would get wrong, and check for that",
  canSilence: true,
  fails:
    "rubric:\n  - text: The answer has a verdict\n    check:\n      must: '.*'\n  - text: The answer is helpful and of high quality\n",
  passes:
    "rubric:\n  - text: The answer has a verdict\n    check:\n      must: '(?m)^Verdict: (yes|no)'\n  - text: The answer is helpful to somebody who has not seen the code\n",
  find: (subject) => eachCriterion(subject, neverFails),
};

/** `rubric/cannot-pass` */
export const cannotPass: Rule = {
  id: "rubric/cannot-pass",
  severity: "error",
  title: "A criterion that nothing could pass",
  reason: "A criterion that every session fails shows nothing, and fails a gate for ever",
  fix: "correct the pattern, the number or the tool's name",
  canSilence: true,
  fails:
    "rubric:\n  - text: The tests were run\n    check:\n      tool: { used: bash }\n  - text: It ends with a verdict\n    check:\n      must: 'Verdict:$^'\n",
  passes:
    "rubric:\n  - text: The tests were run\n    check:\n      tool: { used: Bash }\n  - text: The issue was read\n    check:\n      tool: { used: mcp__github__get_issue }\n",
  find: (subject) => eachCriterion(subject, neverPasses),
};

type Judged = { readonly key: string; readonly message: string };

function eachCriterion(
  subject: Subject,
  judge: (criterion: Criterion, subject: Subject) => readonly Judged[],
): readonly Fault[] {
  const isList = typeof subject.masque.rubric === "object";
  return criteriaOf(subject.masque).flatMap((criterion, at) =>
    judge(criterion, subject).map(({ key, message }) => ({
      spot: isList
        ? { path: pathOf(at, key), part: "key" as const }
        : { path: ["rubric"], at: 0, text: criterion.text },
      message,
    })),
  );
}

function pathOf(at: number, key: string): YamlPath {
  return key === "text" ? ["rubric", at, "text"] : ["rubric", at, "check", key];
}

function neverFails({ text, check }: Criterion, { compile }: Subject): readonly Judged[] {
  if (!check) {
    const words = wordsOf(text);
    const isPraise = words.length > 0 && words.every(({ word }) => PRAISE.has(word));
    return isPraise
      ? [{ key: "text", message: `"${text.trim()}" is praise, and no session could be shown to fail it` }]
      : [];
  }
  return [
    ...patternAlways(check, compile),
    ...patternNever("mustNot", check.mustNot, "so no answer could fail it"),
    ...(check.maxWords !== undefined && check.maxWords > ANSWER_WORDS_MAX
      ? [{ key: "maxWords", message: `No answer has ${check.maxWords} words: the bound is never reached` }]
      : []),
    ...misspeltTool(check, "unused", "so no session could fail it"),
  ];
}

function neverPasses({ check }: Criterion, { compile }: Subject): readonly Judged[] {
  if (!check) return [];
  const all = check.mustNot !== undefined && inEveryAnswer(check.mustNot, compile);
  return [
    ...patternNever("must", check.must, "so no answer could pass it"),
    ...(all
      ? [{ key: "mustNot", message: `Every answer matches ${check.mustNot ?? ""}, so no answer could pass it` }]
      : []),
    ...misspeltTool(check, "used", "so no session could pass it"),
    ...tooFewWords(check),
  ];
}

function patternAlways({ must }: Check, compile: Subject["compile"]): readonly Judged[] {
  if (must === undefined || !inEveryAnswer(must, compile)) return [];
  return [{ key: "must", message: `Every answer matches ${must}, so no answer could fail it` }];
}

function inEveryAnswer(source: string, compile: Subject["compile"]): boolean {
  const compiled = compile(source);
  return compiled.kind === "compiled" && ANY_ANSWERS.every((answer) => compiled.pattern.find(answer) !== null);
}

function patternNever(key: "must" | "mustNot", source: string | undefined, so: string): readonly Judged[] {
  const part = source === undefined ? undefined : impossiblePart(source);
  return part === undefined ? [] : [{ key, message: `No text matches "${part}" in ${source ?? ""}, ${so}` }];
}

/** Names of tools are looked for as they are written, and "edit" is not "Edit". */
function misspeltTool({ tool }: Check, wanted: "used" | "unused", so: string): readonly Judged[] {
  if (!tool || !(wanted in tool)) return [];
  const name = "used" in tool ? tool.used : tool.unused;
  const meant = CLAUDE_TOOLS.find(
    (one) => one !== name && one.toLowerCase() === name.toLowerCase().replace(/[_-]/g, ""),
  );
  return meant === undefined
    ? []
    : [{ key: "tool", message: `Claude Code has no tool "${name}", ${so}: the tool is called "${meant}"` }];
}

function tooFewWords({ must, maxWords }: Check): readonly Judged[] {
  const literal = must === undefined ? undefined : literalOf(must);
  const words = literal?.trim() ? literal.trim().split(/\s+/).length : 0;
  if (maxWords === undefined || words <= maxWords) return [];
  return [{ key: "maxWords", message: `The answer must contain ${words} words and have at most ${maxWords}` }];
}
