import { hasFallenShort, type Judged, leastOf, mostCost, passes } from "../../judge/score/bars.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import { type MasqueError, whatNextLines } from "../../kernel/errors.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { label, nameOf } from "../print/score-text.ts";
import { numberText, shortfallLines } from "./bar-text.ts";

/** Scores as GitHub-flavoured Markdown: a heading, a table with a row a session, and what fell short. */

const ID_CHARS_SHOWN = 13;
const PUNCTUATION = /[\\`*_{}[\]<>()#|~!&@:$]/g;
const HEADINGS = ["", "session", "composite", ...DIMENSIONS.map(label), "cost", "tools", "confidence", "advice"];

/** The whole report; sessions below their bar come first when `sessionsMax` leaves any out. */
export function markdownText(judged: readonly Judged[], sessionsMax = Number.POSITIVE_INFINITY): string {
  const shown = judged.length <= sessionsMax ? judged : [...judged].sort(failedFirst).slice(0, sessionsMax);
  const left = judged.length - shown.length;
  const short = shortfallLines(shown).map((line) => `- ${escaped(line)}`);
  const rows = [HEADINGS, HEADINGS.map((_, at) => (at < 2 ? "---" : "---:")), ...shown.map(rowOf)];
  return `${[
    `### ${titleOf(judged)}`,
    rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n"),
    ...(left > 0 ? [`… and ${plural(left, "more session")}, which the summary has no room for.`] : []),
    ...(short.length > 0 ? [short.join("\n")] : []),
    ...shown.flatMap(criteriaTable),
  ].join("\n\n")}\n`;
}

/**
 * As much of the report as fits.
 *
 * @returns nothing where not even a heading does.
 */
export function markdownWithin(judged: readonly Judged[], bytesMax: number): string | undefined {
  for (let sessions = judged.length; ; sessions = sessions >> 1) {
    const text = markdownText(judged, sessions);
    if (Buffer.byteLength(text) <= bytesMax) return text;
    if (sessions === 0) return undefined;
  }
}

/** The heading of the report of a run that judged nothing. */
export const FAILURE_TITLE = "masque: nothing was judged";

/** That nothing was judged, and why. */
export function failureMarkdown(failure: MasqueError): string {
  const lines = [`### ${FAILURE_TITLE}`, escaped(failure.message), ...whatNextLines(failure).map(escaped)];
  return `${lines.join("\n\n")}\n`;
}

/** What it came to, in a line of plain text. */
export function titleOf(judged: readonly Judged[]): string {
  const short = judged.filter((one) => !passes(one)).length;
  const sessions = plural(judged.length, "session");
  if (!judged.some(({ checks }) => checks.length > 0)) return `masque: ${sessions} judged`;
  return hasFallenShort(judged)
    ? `masque: ${short} of ${sessions} below the bar`
    : `masque: ${sessions} at or above the bar`;
}

function failedFirst(a: Judged, b: Judged): number {
  return Number(passes(a)) - Number(passes(b));
}

function rowOf(judged: Judged): string[] {
  const { card, checks } = judged;
  const mark = checks.length === 0 ? "" : passes(judged) ? "✅" : "❌";
  return [
    mark,
    `${escaped(card.masque === null ? "Baseline" : nameOf(card))} (${escaped(idOf(card))})`,
    scoreText(card.composite, leastOf(judged, "composite")),
    ...DIMENSIONS.map((name) => scoreText(card.dimensions[name], leastOf(judged, name))),
    card.stats.total_cost === null ? "–" : `\\$${numberText(card.stats.total_cost, { most: mostCost(judged) })}`,
    `${card.stats.tools_ok} of ${card.stats.total_tools}`,
    card.confidence,
    card.recommendation ?? "–",
  ];
}

const MARKS = { passed: "✅", failed: "❌", absent: "–" } as const;

/** A table of the criteria of one session, where a transcript or a bar asked for them. */
function criteriaTable({ card, criteria }: Judged): string[] {
  if (!criteria || criteria.decided.length === 0) return [];
  const rows = criteria.decided.map(({ text, outcome, reason }) => [MARKS[outcome], escaped(text), escaped(reason)]);
  const table = [["", `criterion of ${escaped(nameOf(card))}`, "found"], ["---", "---", "---"], ...rows];
  return [table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")];
}

function idOf(card: Scorecard): string {
  return printableLine(card.masque_session ?? card.session).slice(0, ID_CHARS_SHOWN);
}

/** Foreign text that neither formats nor links, and stays within its cell. */
function escaped(text: string): string {
  return printableLine(text).replace(PUNCTUATION, "\\$&");
}
