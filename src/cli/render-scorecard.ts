import { DIMENSIONS, type Scorecard } from "../judge/scorecard.ts";
import type { Io } from "../kernel/world.ts";
import { jsonText } from "./print.ts";

/**
 * Scorecards for programs. The YAML is written here and not by the `yaml` package: its shape is fixed, the package
 * would cost a judge of a small history more than DuckDB does, and the dimensions stand on one line, with one decimal.
 */

/** How scorecards are printed: JSON in full precision instead of YAML, and one of them as a list all the same. */
export type ScorecardFormat = { readonly json: boolean; readonly asList?: boolean };

/** Prints one scorecard as itself and several as a list. */
export async function printScorecards(io: Io, cards: readonly Scorecard[], format: ScorecardFormat): Promise<void> {
  const [only] = cards;
  const single = cards.length === 1 && !format.asList ? only : undefined;
  if (format.json) io.stdout.write(jsonText(single ?? cards));
  else io.stdout.write(single ? scorecardYaml(single) : listYaml(cards));
}

function listYaml(cards: readonly Scorecard[]): string {
  if (cards.length === 0) return "[]\n";
  return cards.map((card) => `- ${scorecardYaml(card).trimEnd().replaceAll("\n", "\n  ")}\n`).join("");
}

/** One scorecard as docs/scoring.md shows it. */
export function scorecardYaml(card: Scorecard): string {
  const { stats } = card;
  return `${[
    `session: ${yamlText(card.session)}`,
    `masque_session: ${yamlText(card.masque_session)}`,
    `masque: ${yamlText(card.masque)}`,
    `version: ${yamlText(card.version)}`,
    `digest: ${yamlText(card.digest)}`,
    `started_at: ${yamlText(card.started_at)}`,
    `duration_min: ${decimals(card.duration_min, 1)}`,
    `active_min: ${decimals(card.active_min, 1)}`,
    `dimensions: { ${DIMENSIONS.map((name) => `${name}: ${decimals(card.dimensions[name], 1)}`).join(", ")} }`,
    `composite: ${decimals(card.composite, 1)}`,
    `recommendation: ${yamlText(card.recommendation)}`,
    `confidence: ${card.confidence}`,
    "stats:",
    `  total_cost: ${upToDecimals(stats.total_cost, 4)}`,
    `  total_tools: ${stats.total_tools}`,
    `  tools_ok: ${stats.tools_ok}`,
    `  tool_success_pct: ${decimals(stats.tool_success_pct, 0)}`,
    `  prompts: ${stats.prompts}`,
    `  input_tokens: ${stats.input_tokens}`,
    `  output_tokens: ${stats.output_tokens}`,
    `  cache_read_tokens: ${stats.cache_read_tokens}`,
    `  cache_creation_tokens: ${stats.cache_creation_tokens}`,
    `  api_errors: ${stats.api_errors}`,
    ...blockYaml("absent", card.absent, yamlText),
    ...blockYaml("scale", card.scale, scaleYaml),
  ].join("\n")}\n`;
}

function blockYaml<V>(key: string, map: Readonly<Record<string, V>>, value: (of: V) => string): string[] {
  const entries = Object.entries(map);
  return entries.length === 0 ? [`${key}: {}`] : [`${key}:`, ...entries.map(([name, of]) => `  ${name}: ${value(of)}`)];
}

function scaleYaml(of: number | Readonly<Record<string, number>>): string {
  if (typeof of === "number") return String(of);
  return `{ ${Object.entries(of)
    .map(([name, number]) => `${name}: ${number}`)
    .join(", ")} }`;
}

function decimals(value: number | null, digits: number): string {
  return value === null ? "null" : value.toFixed(digits);
}

/** Money keeps what a cheap session costs, without the zeros of a dear one. */
function upToDecimals(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** Text that every YAML reader takes for that text when it stands without quotes. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._/+-]*(?:[ :][A-Za-z0-9._/+-]+)*$/;
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n|[\d.:_+-]+|.*\d[eE][+-]?\d+|0[xob].*|\.?(?:inf|nan))$/i;
const NOT_ASCII = /[^\x20-\x7e]/g;
const HEX = 16;

function yamlText(text: string | null): string {
  if (text === null) return "null";
  if (PLAIN.test(text) && (!NOT_TEXT.test(text) || ISO_TIME.test(text) || SEMVER.test(text))) return text;
  // JSON's quoting is YAML's too; what is not ASCII is escaped, so that no foreign name can drive a terminal.
  return JSON.stringify(text).replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(HEX).padStart(4, "0")}`);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const SEMVER = /^\d+\.\d+\.\d+$/;
