import type { Criterion } from "../rubric/criteria.ts";
import { ARMS, type Arm } from "./arms.ts";
import { jsPattern } from "./js-pattern.ts";
import type { TrialCase } from "./suite.ts";

/**
 * Cases in the layout that `claude plugin eval` reads: `evals/<arm>/<case>/prompt.md`, with `graders/*.md` beside it. Seen with
 * Claude Code 2.1.330. Each file is YAML between two lines `---`, then text. Every value is written as JSON, which is YAML.
 */

/** One file: its path below the folder of the export, with slashes, and its text. */
export type ExportedFile = { readonly path: string; readonly text: string };

/** Tools that only read: what else a case may use, whoever runs it grants with `--allow-tools`. */
const ALLOWED_TOOLS = ["Read", "Glob", "Grep"] as const;

/** The files of every arm and case. */
export function claudeCases(
  cases: readonly TrialCase[],
  systems: Readonly<Record<Arm, string | null>>,
): readonly ExportedFile[] {
  return ARMS.flatMap((arm) => cases.flatMap((one) => filesOf(one, arm, systems[arm])));
}

function filesOf({ name, prompt, criteria }: TrialCase, arm: Arm, system: string | null): ExportedFile[] {
  const folder = `evals/${arm}/${name}`;
  const head = {
    name: `${arm}-${name}`,
    tags: [arm],
    allowed_tools: ALLOWED_TOOLS,
    ...(system === null ? {} : { append_system_prompt: system }),
  };
  const graders = criteria.flatMap((criterion, index) =>
    gradersOf(criterion).map(({ part, head: grader, body }) => ({
      path: `${folder}/graders/${index + 1}-${part}.md`,
      text: page(grader, body),
    })),
  );
  return [{ path: `${folder}/prompt.md`, text: page(head, prompt) }, ...graders];
}

type Grader = { readonly part: string; readonly head: object; readonly body: string };

/** A grader for each part of a check. A part that JavaScript cannot decide is left to a model, which reads the criterion. */
function gradersOf({ text, check = {} }: Criterion): Grader[] {
  const parts = [
    ...patternGrader("must", check.must, "contains"),
    ...patternGrader("must-not", check.mustNot, "not_contains"),
    ...wordsGrader(check.maxWords),
  ];
  const graders = parts.map(({ part, head }) => ({ part, head, body: text }));
  const isWhole = parts.length > 0 && parts.length === Object.keys(check).length;
  return isWhole ? graders : [...graders, { part: "model", head: { type: "llm" }, body: text }];
}

type Part = Pick<Grader, "part" | "head">;

function patternGrader(part: string, pattern: string | undefined, match: "contains" | "not_contains"): Part[] {
  const found = pattern === undefined ? undefined : jsPattern(pattern);
  return found ? [{ part, head: { type: "regex", pattern: found.source, flags: found.flags, match } }] : [];
}

/** One word more than is allowed, each with the white space after it. */
function wordsGrader(maxWords: number | undefined): Part[] {
  if (maxWords === undefined) return [];
  return [{ part: "words", head: { type: "regex", pattern: `(?:\\S+\\s+){${maxWords}}\\S`, match: "not_contains" } }];
}

function page(head: object, body: string): string {
  const lines = Object.entries(head).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join("\n")}\n---\n\n${body.trim()}\n`;
}
