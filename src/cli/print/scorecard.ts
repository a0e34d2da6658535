import { type BarCheck, type Judged, leastOf, mostCost } from "../../judge/score/bars.ts";
import type { SessionCriteria } from "../../judge/score/criteria.ts";
import { DIMENSIONS } from "../../judge/score/scorecard.ts";
import { shownNumber } from "../../judge/score/shown-number.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import type { JsonObject } from "../../kernel/text/json.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { writeYaml, type YamlLayout } from "../../kernel/text/write-yaml.ts";
import { jsonLine, jsonText } from "./output.ts";

/** Decimals that YAML shows. A cost has four, since a cheap session costs less than a cent. */
const DECIMALS = { score: 1, minutes: 1, usd: 4, percent: 0 } as const;

const LAYOUT: YamlLayout = {
  onOneLine: ["dimensions", "weights", "half", "recommend", "confidence"],
  decimals: {
    dimensions: DECIMALS.score,
    composite: DECIMALS.score,
    duration_min: DECIMALS.minutes,
    active_min: DECIMALS.minutes,
  },
};

/** One as itself and several as a list, or one as a list too. */
export function scorecardsYaml(judged: readonly Judged[], asList: boolean): string {
  const values = judged.map((one) => withVerdict(shown(one), { ...one, criteria: shownCriteria(one.criteria) }));
  const [only] = values;
  return writeYaml(only !== undefined && values.length === 1 && !asList ? only : values, LAYOUT);
}

/** The same in full precision. */
export function scorecardsJson(judged: readonly Judged[], asList: boolean): string {
  const values = judged.map((one) => withVerdict(one.card, one));
  return jsonText(values.length === 1 && !asList ? values[0] : values);
}

/** One JSON value a line for each. */
export function ndjsonText(judged: readonly Judged[]): string {
  return judged.map((one) => jsonLine(withVerdict(one.card, one))).join("");
}

/** The verdict is not rounded in any format: a rounded number may look as if it reached the bar. */
function withVerdict<T extends object>(
  card: T,
  { checks, criteria }: { checks: readonly BarCheck[]; criteria?: SessionCriteria | undefined },
) {
  return {
    ...card,
    ...(criteria && { criteria: criteria.decided }),
    ...(checks.length > 0 && { verdict: { passed: checks.every(({ passed }) => passed), bars: checks } }),
  };
}

function shownCriteria(criteria: SessionCriteria | undefined): SessionCriteria | undefined {
  if (!criteria) return undefined;
  return {
    ...criteria,
    decided: criteria.decided.map((one) => ({
      ...one,
      text: printableLine(one.text),
      reason: printableLine(one.reason),
    })),
  };
}

/** A scorecard as YAML shows it: numbers to the digits that mean something, foreign names on one line and unable to drive a terminal. */
function shown(judged: Judged): JsonObject {
  const { card } = judged;
  const rounded = DIMENSIONS.map((name) => [name, shownScore(card.dimensions[name], leastOf(judged, name))] as const);
  return {
    ...card,
    session: printableLine(card.session),
    masque_session: card.masque_session === null ? null : printableLine(card.masque_session),
    masque: card.masque === null ? null : printableLine(card.masque),
    version: card.version === null ? null : printableLine(card.version),
    digest: card.digest === null ? null : printableLine(card.digest),
    project: card.project === null ? null : printableLine(card.project),
    duration_min: round(card.duration_min, DECIMALS.minutes),
    active_min: round(card.active_min, DECIMALS.minutes),
    dimensions: Object.fromEntries(rounded),
    composite: shownScore(card.composite, leastOf(judged, "composite")),
    stats: {
      ...card.stats,
      total_cost: shownCost(card.stats.total_cost, mostCost(judged)),
      tool_success_pct: round(card.stats.tool_success_pct, DECIMALS.percent),
    },
  };
}

function shownScore(score: number | null, least: readonly number[]): number | null {
  return score === null ? null : Number(scoreText(score, least));
}

function shownCost(cost: number | null, most: readonly number[]): number | null {
  return cost === null ? null : Number(shownNumber(cost, DECIMALS.usd, { most }));
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
