import type { PatternCompiler } from "../rubric/pattern.ts";
import { type Decision, decideCriteria } from "../rubric/decide-criteria.ts";
import { type Arm, ARMS } from "./arms.ts";
import { type Difference, differenceOf, type Share } from "./interval.ts";
import type { TrialCase } from "./suite.ts";

/** What an arm answered to a case, once. `text` is `null` where no answer came, and `error` says why. */
export type Answer = { readonly case: string; readonly arm: Arm; readonly text: string | null; readonly error: string | null };

/** An answer, held to the criteria of its case. */
export type GradedAnswer = Answer & { readonly isPassed: boolean; readonly decisions: readonly Decision[] };

/** How many of an arm's answers to one case passed. */
export type Tally = { readonly passed: number; readonly of: number };

/** The masque against another arm. */
type Versus = Readonly<Record<Exclude<Arm, "masque">, Difference | null>>;

/** One case: its answers, arm by arm, and what the masque changed. */
export type CaseResult = { readonly name: string; readonly arms: Readonly<Record<Arm, Tally>>; readonly versus: Versus };

/** The whole trial. */
export type TrialResult = {
  readonly answers: readonly GradedAnswer[];
  readonly cases: readonly CaseResult[];
  /** The mean over the cases of the share that passed; `of` counts cases. */
  readonly all: Readonly<Record<Arm, Share>>;
  readonly versus: Versus;
};

/** Holds each answer to the criteria of its case. An answer passes when every criterion passes. */
export function gradeTrial(
  cases: readonly TrialCase[],
  answers: readonly Answer[],
  compile: PatternCompiler,
): TrialResult {
  const criteria = new Map(cases.map((one) => [one.name, one.criteria]));
  const graded = answers.map((answer): GradedAnswer => {
    const evidence = { answer: answer.text, toolsUsed: null };
    const decisions = decideCriteria(criteria.get(answer.case) ?? [], evidence, compile);
    return { ...answer, decisions, isPassed: decisions.every(({ outcome }) => outcome === "passed") };
  });
  const results = cases.map(({ name }) => caseResult(name, graded));
  const all = byArm((arm) => overall(results.map(({ arms }) => arms[arm])));
  return { answers: graded, cases: results, all, versus: versusOf(all) };
}

function caseResult(name: string, graded: readonly GradedAnswer[]): CaseResult {
  const arms = byArm((arm): Tally => {
    const came = graded.filter((one) => one.case === name && one.arm === arm && one.text !== null);
    return { passed: came.filter(({ isPassed }) => isPassed).length, of: came.length };
  });
  return { name, arms, versus: versusOf(byArm((arm) => shareOf(arms[arm]))) };
}

/**
 * Several answers to one prompt resemble each other, so they count as one observation: without this, asking a case fifty times
 * would make any difference look certain.
 */
function overall(tallies: readonly Tally[]): Share {
  const answered = tallies.filter(({ of }) => of > 0);
  const sum = answered.reduce((total, { passed, of }) => total + passed / of, 0);
  return { share: answered.length === 0 ? 0 : sum / answered.length, of: answered.length };
}

function shareOf({ passed, of }: Tally): Share {
  return { share: of === 0 ? 0 : passed / of, of };
}

function versusOf(arms: Readonly<Record<Arm, Share>>): Versus {
  return { none: differenceOf(arms.masque, arms.none), placebo: differenceOf(arms.masque, arms.placebo) };
}

function byArm<T>(make: (arm: Arm) => T): Readonly<Record<Arm, T>> {
  return Object.fromEntries(ARMS.map((arm) => [arm, make(arm)])) as Record<Arm, T>;
}
