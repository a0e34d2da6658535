import { countText, plural } from "../../../kernel/text/plural.ts";
import { printableLine } from "../../../kernel/text/printable.ts";
import type { Output } from "../../../kernel/world.ts";
import type { ResolvedMasque } from "../../../masque/masque.ts";
import { ARMS, type Arm } from "../../../masque/trial/arms.ts";
import type { Expense, TrialSize } from "../../../masque/trial/expense.ts";
import type { CaseResult, TrialResult } from "../../../masque/trial/grade.ts";
import type { Difference, Tally } from "../../../masque/trial/interval.ts";
import type { Answered } from "../../../masque/trial/promptfoo-files.ts";
import type { TrialCase } from "../../../masque/trial/suite.ts";
import { jsonText } from "../../print/output.ts";
import { styleFor } from "../../print/style.ts";
import { table } from "../../print/table.ts";

/** What is asked, of which model, and what that may take. */
export type ShownTrial = TrialSize & {
  readonly resolved: ResolvedMasque;
  readonly cases: readonly TrialCase[];
  readonly provider: string | null;
  readonly expense: Expense;
};

/** What came of it. */
export type CameOf = { readonly result: TrialResult; readonly tokens: Answered["tokens"] };

const ARM_WORDS: Readonly<Record<Arm, string>> = { none: "no masque", placebo: "placebo", masque: "masque" };

/** What would be asked, and what it may cost. */
export function planText({ resolved, cases, runs, provider, expense }: ShownTrial): string {
  const { name, version } = resolved.masque;
  const { requests, inputTokens, outputTokensMax, costUsd } = expense;
  const times = `${plural(cases.length, "case")} × 3 arms (no masque, placebo, masque) × ${plural(runs, "run")}`;
  const model = provider === null ? "" : ` of ${printableLine(provider)}`;
  const price = costUsd === null ? [] : [`At your prices that is at most about $${costUsd.toFixed(2)}.`];
  return [
    `${name} ${version}: ${times} = ${plural(requests, "request")}${model}`,
    `About ${countText(inputTokens)} input tokens, as o200k_base counts them, and at most ${countText(outputTokensMax)} output tokens.`,
    ...price,
    "",
  ].join("\n");
}

/** How each arm did, and how sure a difference is. */
export function trialText(
  shown: ShownTrial,
  { result, tokens }: CameOf,
  output: Pick<Output, "color" | "columns">,
): string {
  const { bold } = styleFor(output);
  const columns = [
    { heading: "CASE", columnsMin: 12 },
    ...ARMS.map((arm) => ({ heading: ARM_WORDS[arm].toUpperCase(), isNumber: true })),
    { heading: "MASQUE − PLACEBO" },
  ];
  const rows = result.cases.map(({ name, arms, versus }) => [
    name,
    ...ARMS.map((arm) => tallyText(arms[arm])),
    differenceText(versus.placebo),
  ]);
  const { lines } = table(columns, rows, output.columns);
  return [
    ...lines,
    "",
    ...ARMS.map((arm) => `${ARM_WORDS[arm]}: ${percent(result.all[arm])} of the answers pass every check`),
    bold(`masque − placebo: ${sentence(result.versus.placebo)}`),
    `masque − no masque: ${sentence(result.versus.none)}`,
    "The intervals are 95 % (Wilson, Newcombe), and about these cases: they say nothing about other prompts.",
    ...missingLines(shown, result),
    ...(tokens
      ? [`The provider counted ${countText(tokens.input)} input and ${countText(tokens.output)} output tokens.`]
      : []),
    "",
  ].join("\n");
}

/** For programs; `trial` is `null` where nothing was asked. */
export function trialJson(
  { resolved, cases, runs, maxTokens, provider, expense }: ShownTrial,
  came: CameOf | null,
): string {
  const { masque, digest } = resolved;
  return jsonText({
    masque: { name: masque.name, version: masque.version, digest },
    provider,
    cases: cases.map(({ name, prompt, criteria }) => ({ name, prompt, criteria: criteria.map(({ text }) => text) })),
    runs,
    maxTokens,
    expense,
    trial: came && { ...resultJson(came.result), tokens: came.tokens },
  });
}

function resultJson({ answers, cases, all, versus }: TrialResult) {
  const shown = answers.map(({ case: name, arm, text, error, isPassed, decisions }) => ({
    case: name,
    arm,
    isPassed: text === null ? null : isPassed,
    error,
    decisions: decisions.map(({ criterion, outcome, reason }) => ({ criterion: criterion.text, outcome, reason })),
    text,
  }));
  return { cases: cases satisfies readonly CaseResult[], all, versus, answers: shown };
}

function missingLines({ expense }: ShownTrial, { answers }: TrialResult): string[] {
  const errors = answers.filter(({ text }) => text === null);
  const missing = expense.requests - answers.length + errors.length;
  if (missing === 0) return [];
  const [first] = errors;
  const why = first ? `, the first with: ${printableLine(first.error ?? "").slice(0, 200)}` : "";
  return [`${plural(missing, "answer")} did not come${why}`];
}

function tallyText({ passed, of }: Tally): string {
  return of === 0 ? "-" : `${passed} of ${of}`;
}

const VERDICTS = { higher: "more pass", lower: "fewer pass", unclear: "cannot tell" } as const;

function differenceText(difference: Difference | null): string {
  return difference === null ? "-" : `${points(difference)} ${VERDICTS[difference.verdict]}`;
}

function sentence(difference: Difference | null): string {
  return difference === null
    ? "nothing to compare"
    : `${points(difference)} percentage points: ${VERDICTS[difference.verdict]}`;
}

function points({ difference, low, high }: Difference): string {
  const signed = (share: number) => `${share < 0 ? "−" : "+"}${Math.abs(Math.round(share * 100))}`;
  return `${signed(difference)} (${signed(low)} to ${signed(high)})`;
}

function percent(share: number | null): string {
  return share === null ? "none" : `${Math.round(share * 100)} %`;
}
