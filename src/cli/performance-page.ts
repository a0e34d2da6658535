import type { DrawChart } from "../judge/charts.ts";
import type { Performance } from "../judge/performance.ts";
import { absenceLines, countsText, headline, label, plural, scoreText } from "../judge/score-summary.ts";
import { DIMENSIONS, type Scorecard } from "../judge/scorecard.ts";
import { type Html, html, trustedHtml } from "./html.ts";
import { figure, table, withCode } from "./page-parts.ts";
import pageStyle from "./performance-page.css" with { type: "text" };
import {
  COMPARISON_HEADINGS_LONG,
  comparisonCells,
  differenceLines,
  durationText,
  NO_CAUSE,
  nameIn,
  PROMPT_HEADINGS,
  promptCells,
  pulledDownLines,
  shownRows,
} from "./performance-words.ts";

import { cut } from "./table.ts";

/**
 * Performances as one page that needs nothing else: no script, no font, no picture from anywhere. Every chart is beside a
 * table of the same numbers, for those who hear the page and for those who copy from it.
 */

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
/** By which a page of ours is known again. */
export const GENERATOR = '<meta name="generator" content="masque performance">';
const TREND_SESSIONS_MAX = 24;
/** Beside a bar; the table has names whole. */
const CHART_LABEL_CHARS = 20;

/** The whole page. */
export function performancePage(performances: readonly Performance[], draw: DrawChart): string {
  const sections = performances.map((one, at) => sessionSection(one, `s${at + 1}`, draw));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${trustedHtml(GENERATOR)}
<title>${titleOf(performances)}</title>
<style>${trustedHtml(pageStyle)}</style>
</head>
<body>
<main>
<h1>How ${performances.length === 1 ? "a session" : plural(performances.length, "session")} went</h1>
${sections}
</main>
<footer><p>Scores are 0 to 10: tools that succeeded, actions a prompt, completions an active minute, input tokens from the cache, dollars a completion. They describe how a session went, as the agent’s own tools report it. Written by <code>masque performance --html</code>.</p></footer>
</body>
</html>
`.markup;
}

function titleOf([first, ...more]: readonly Performance[]): string {
  if (!first) return "masque performance";
  return more.length === 0 ? headline(first.scorecard) : `${headline(first.scorecard)}, and ${more.length} more`;
}

function sessionSection(performance: Performance, id: string, draw: DrawChart): Html {
  const card = performance.scorecard;
  return html`<article aria-labelledby="${id}">
<h2 id="${id}">${headline(card)}</h2>
<p class="when">${whenText(card)}</p>
<p>${countsText(card)}</p>
${absenceLines(card).map((line) => html`<p>${line}</p>`)}
${dimensionsPart(card, draw)}
${trendPart(performance, draw)}
${comparisonPart(performance, draw)}
${pulledPart(performance)}
${stepsPart(performance)}
</article>`;
}

function dimensionsPart(card: Scorecard, draw: DrawChart): Html {
  const bars = DIMENSIONS.map((name) => ({ label: label(name), score: card.dimensions[name] }));
  const rows = bars.map(({ label: name, score }) => [name, scoreText(score)]);
  const isEmpty = bars.every(({ score }) => score === null);
  return html`<section>
<h3>Dimensions</h3>
${isEmpty ? html`` : figure({ kind: "bars", bars }, "The five dimensions of this session as bars, 0 to 10", draw)}
${table("Dimensions of this session", ["dimension", "score"], [...rows, ["composite", scoreText(card.composite)]])}
</section>`;
}

function trendPart(performance: Performance, draw: DrawChart): Html {
  const { trend, scorecard } = performance;
  if (trend.length < 2) return html``;
  const shown = trend.slice(-TREND_SESSIONS_MAX);
  const points = shown.map((one) => ({ label: dayOf(one.started_at), score: one.composite, isThis: one.this }));
  const rows = shown.map((one) => [
    timeText(one.started_at) + (one.this ? " (this one)" : ""),
    scoreText(one.composite),
  ]);
  const who = scorecard.masque === null ? "sessions without a masque" : "sessions in this masque";
  const mark = points.some(({ isThis }) => isThis) ? "; this one is the diamond" : "";
  return html`<section>
<h3>Trend</h3>
${differenceLines(performance).map((line) => html`<p>${line}</p>`)}
${figure({ kind: "trend", points }, `Composites of the last ${shown.length} ${who}, oldest first${mark}`, draw)}
${table(`The last ${shown.length} ${who}`, ["began", "composite"], rows)}
</section>`;
}

function comparisonPart(performance: Performance, draw: DrawChart): Html {
  if (performance.side_by_side.length < 2) return html``;
  const { shown, left } = shownRows(performance);
  const rows = shown.map(comparisonCells);
  const bars = shown.map((row, at) => ({
    label: cut(rows[at]?.[0] ?? "", CHART_LABEL_CHARS),
    score: row.composite,
    isThis: row.is_this,
  }));
  const more = left > 0 ? html`<p>… and ${plural(left, "more masque")}.</p>` : html``;
  return html`<section>
<h3>Side by side</h3>
<p>${NO_CAUSE}</p>
${figure({ kind: "bars", bars }, comparisonCaption(performance), draw)}
${table("Medians by what was worn", COMPARISON_HEADINGS_LONG, rows)}
${more}
</section>`;
}

/** Colour alone tells nobody which bar is this one's. */
function comparisonCaption({ scorecard }: Performance): string {
  return scorecard.masque === null
    ? "Median composites: sessions without a masque, as this one, at the top; your masques beneath"
    : "Median composites: this masque at the top, your others, and sessions without one at the bottom";
}

function pulledPart(performance: Performance): Html {
  const { failing_tools: tools, costliest_prompts: prompts } = performance.pulled_down;
  const lines = pulledDownLines(performance).filter((line) => !line.startsWith("Failed most"));
  if (lines.length + tools.length + prompts.length === 0) return html``;
  const toolRows = tools.map(({ tool, failed, calls }) => [nameIn(tool), String(failed), String(calls)]);
  return html`<section>
<h3>What pulled it down</h3>
${lines.map((line) => html`<p>${line}</p>`)}
${toolRows.length === 0 ? html`` : table("Tools that failed most", ["tool", "failed", "calls"], toolRows)}
${prompts.length === 0 ? html`` : table("Costliest prompts", PROMPT_HEADINGS, prompts.map(promptCells))}
</section>`;
}

function stepsPart({ next_steps }: Performance): Html {
  if (next_steps.length === 0) return html``;
  return html`<section>
<h3>Next steps</h3>
<ul>
${next_steps.map(({ text }) => html`<li>${withCode(text)}</li>`)}
</ul>
</section>`;
}

function whenText(card: Scorecard): string {
  const what = card.masque_session === null ? "Session" : "Masque session";
  return `${what} ${card.masque_session ?? card.session} · ${timeText(card.started_at)} · ${durationText(card)}`;
}

function timeText(time: string | null): string {
  return time === null ? "at an unknown time" : `${time.slice(0, "2026-01-31T12:00".length).replace("T", " ")} UTC`;
}

function dayOf(time: string | null): string {
  return time === null ? "?" : time.slice("2026-".length, "2026-01-31".length);
}
