import { type Decision, decideCriteria } from "../rubric/decide-criteria.ts";
import type { PatternCompiler } from "../rubric/pattern.ts";
import { ARMS, type Arm } from "./arms.ts";
import { type Difference, differenceOf, type Tally } from "./interval.ts";
import type { TrialCase } from "./suite.ts";

/** What an arm answered to a case, once. `text` is `null` where no answer came, and `error` says why. */
export type Answer = {
  readonly case: string;
  readonly arm: Arm;
  readonly text: string | null;
  readonly error: string | null;
};

/** An answer, held to the criteria of its case. */
export type GradedAnswer = Answer & { readonly isPassed: boolean; readonly decisions: readonly Decision[] };

/** The masque against another arm. */
type Versus = Readonly<Record<Exclude<Arm, "masque">, Difference | null>>;

/** One case: its answers, arm by arm, and what the masque changed. */
export type CaseResult = {
  readonly name: string;
  readonly arms: Readonly<Record<Arm, Tally>>;
  readonly versus: Versus;
};

/** The whole trial. */
export type TrialResult = {
  readonly answers: readonly GradedAnswer[];
  readonly cases: readonly CaseResult[];
  /** The mean over the cases of the share that passed, from 0 to 1; `null` where no answer came. */
  readonly all: Readonly<Record<Arm, number | null>>;
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
  const all = byArm((arm) => meanShare(results.map(({ arms }) => arms[arm])));
  return { answers: graded, cases: results, all, versus: versusOf(results.map(({ arms }) => arms)) };
}

function caseResult(name: string, graded: readonly GradedAnswer[]): CaseResult {
  const arms = byArm((arm): Tally => {
    const came = graded.filter((one) => one.case === name && one.arm === arm && one.text !== null);
    return { passed: came.filter(({ isPassed }) => isPassed).length, of: came.length };
  });
  return { name, arms, versus: versusOf([arms]) };
}

function meanShare(tallies: readonly Tally[]): number | null {
  const shares = tallies.filter(({ of }) => of > 0).map(({ passed, of }) => passed / of);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function versusOf(cases: readonly CaseResult["arms"][]): Versus {
  const against = (other: "none" | "placebo") =>
    differenceOf(cases.map((arms) => ({ one: arms.masque, other: arms[other] })));
  return { none: against("none"), placebo: against("placebo") };
}

function byArm<T>(make: (arm: Arm) => T): Readonly<Record<Arm, T>> {
  return Object.fromEntries(ARMS.map((arm) => [arm, make(arm)])) as Record<Arm, T>;
}
