import type { Deps } from "../deps.ts";
import type { Scorecard } from "../judge/scorecard.ts";
import type { Json } from "../kernel/json.ts";
import { printable } from "../kernel/printable.ts";
import type { YamlLayout } from "../kernel/yaml.ts";
import { jsonText } from "./print.ts";

/** How scorecards are printed: JSON in full precision instead of YAML, and one of them as a list all the same. */
export type ScorecardFormat = { readonly json: boolean; readonly asList?: boolean };

/** Digits behind the point that YAML shows; a cost keeps four, for a cheap session costs less than a cent. */
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

/** Prints one scorecard as itself and several as a list. */
export async function printScorecards(
  deps: Pick<Deps, "io" | "yamlWriter">,
  cards: readonly Scorecard[],
  format: ScorecardFormat,
): Promise<void> {
  const [only] = cards;
  const single = cards.length === 1 && !format.asList ? only : undefined;
  if (format.json) {
    deps.io.stdout.write(jsonText(single ?? cards));
    return;
  }
  const writeYaml = await deps.yamlWriter();
  deps.io.stdout.write(writeYaml(single ? shown(single) : cards.map(shown), LAYOUT));
}

/** A scorecard as YAML shows it: numbers to the digits that mean something, foreign names unable to drive a terminal. */
function shown(card: Scorecard): Json {
  const rounded = Object.entries(card.dimensions).map(([name, score]) => [name, round(score, DECIMALS.score)] as const);
  return {
    ...card,
    session: printable(card.session),
    masque_session: card.masque_session === null ? null : printable(card.masque_session),
    masque: card.masque === null ? null : printable(card.masque),
    version: card.version === null ? null : printable(card.version),
    digest: card.digest === null ? null : printable(card.digest),
    duration_min: round(card.duration_min, DECIMALS.minutes),
    active_min: round(card.active_min, DECIMALS.minutes),
    dimensions: Object.fromEntries(rounded),
    composite: round(card.composite, DECIMALS.score),
    stats: {
      ...card.stats,
      total_cost: round(card.stats.total_cost, DECIMALS.usd),
      tool_success_pct: round(card.stats.tool_success_pct, DECIMALS.percent),
    },
  };
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
