import type { Chart, DrawChart } from "../../../judge/charts.ts";
import type { Performance } from "../../../judge/explain/performance.ts";
import type { SideBySide } from "../../../judge/explain/side-by-side.ts";
import { SCALE } from "../../../judge/score/scale.ts";
import { DIMENSIONS, type Recommendation, type Scorecard } from "../../../judge/score/scorecard.ts";
import { scoreText } from "../../../judge/score/shown-score.ts";
import { plural } from "../../../kernel/text/plural.ts";
import { type Html, html } from "../../print/html.ts";
import { absenceLines, countsText, label, nameOf } from "../../print/score-text.ts";
import { dateTimeText, timeLabels, zoneText } from "../../print/time-text.ts";
import { cut } from "../../print/wrap.ts";
import { nextStepText } from "../next-step-text.ts";
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
} from "../performance-text.ts";
import { figure, type LegendEntry, table, tableBehind, withCode } from "./parts.ts";

/** The sections of the page, a session each: the score first, what to do next, then the numbers behind both. */

/** How the page is drawn, and the zone of its times. */
export type PageLook = { readonly draw: DrawChart; readonly zone: { readonly timeZone?: string | undefined } };

const TREND_SESSIONS_MAX = 24;
/** Beside a bar; the table has the whole name. */
const CHART_LABEL_CHARS = 20;
const VERDICTS: Readonly<Record<Recommendation, string>> = {
  keep: "Keep wearing it",
  review: "Worth a review",
  doff: "Better without it",
};
const { keep, review } = SCALE.recommend;
const SCORE_LEGEND: readonly LegendEntry[] = [
  ["good", `${keep} or more: keep`],
  ["fair", `${review} or more: review`],
  ["poor", `below ${review}`],
];

/** One session. */
export function sessionSection(performance: Performance, id: string, look: PageLook): Html {
  const card = performance.scorecard;
  return html`<article aria-labelledby="${id}">
${heroPart(card, id, look)}
${stepsPart(performance)}
${dimensionsPart(card, look)}
${pulledPart(performance, look)}
${trendPart(performance, look)}
${comparisonPart(performance, look)}
</article>`;
}

/** Who, the score in large digits, its verdict, and what was counted. */
function heroPart(card: Scorecard, id: string, { zone }: PageLook): Html {
  const who = card.masque === null ? "Without a masque" : nameOf(card);
  return html`<header>
<h2 id="${id}">${who}</h2>
${scorePart(card)}
<p class="counts">${countsText(card)}</p>
<p class="when">${dateTimeText(card.started_at, zone)} ${zoneText(card.started_at, zone)} · ${durationText(card)} · ${card.masque_session === null ? "session" : "masque session"} <code>${card.masque_session ?? card.session}</code></p>
</header>`;
}

function scorePart(card: Scorecard): Html {
  if (card.composite === null || card.recommendation === null) {
    return html`<p class="verdict">No score: ${card.absent["composite"] ?? "there is nothing to score"}.</p>`;
  }
  const tone = card.recommendation === "keep" ? "good" : card.recommendation === "review" ? "fair" : "poor";
  const verdict = card.masque === null ? "The score of work without a masque" : VERDICTS[card.recommendation];
  return html`<p class="score ${tone}"><span class="number">${scoreText(card.composite)}</span> <span class="of">of 10</span></p>
<p class="verdict">${verdict}. The confidence is ${card.confidence}: ${plural(card.stats.total_tools, "tool call")}.</p>`;
}

function stepsPart({ next_steps }: Performance): Html {
  if (next_steps.length === 0) return html``;
  return html`<section class="steps">
<h3>Next steps</h3>
<ul>
${next_steps.map((step) => html`<li>${withCode(nextStepText(step))}</li>`)}
</ul>
</section>`;
}

function dimensionsPart(card: Scorecard, { draw }: PageLook): Html {
  const present = DIMENSIONS.filter((name) => card.dimensions[name] !== null);
  const bars = present.map((name) => ({ label: label(name), score: card.dimensions[name] }));
  const rows = bars.map(({ label: name, score }) => [name, scoreText(score)]);
  const notes = absenceLines(card).map((line) => html`<p>${line}</p>`);
  if (present.length === 0) return html`${notes}`;
  return html`<section>
<h3>Dimensions</h3>
${figure({ kind: "bars", bars }, "The dimensions of this session as bars, 0 to 10", draw, SCORE_LEGEND)}
${tableBehind("Dimensions of this session", ["dimension", "score"], [...rows, ["composite", scoreText(card.composite)]])}
${notes}
</section>`;
}

function trendPart(performance: Performance, { draw, zone }: PageLook): Html {
  const { trend, scorecard } = performance;
  if (trend.length < 2) return html``;
  const shown = trend.slice(-TREND_SESSIONS_MAX);
  const labels = timeLabels(
    shown.map(({ started_at }) => started_at),
    zone,
  );
  const points = shown.map((one, at) => ({ label: labels[at] ?? "", score: one.composite, isThis: one.this }));
  const rows = shown.map((one) => [
    dateTimeText(one.started_at, zone) + (one.this ? " (this session)" : ""),
    scoreText(one.composite),
  ]);
  const who = scorecard.masque === null ? "sessions without a masque" : "sessions in this masque";
  const entries: LegendEntry[] = [["faint", "other sessions"]];
  if (points.some(({ isThis }) => isThis)) entries.unshift(["diamond", "this session"]);
  return html`<section>
<h3>Trend</h3>
${differenceLines(performance).map((line) => html`<p>${line}</p>`)}
${figure({ kind: "trend", points }, `Composites of the last ${shown.length} ${who}, oldest first`, draw, entries)}
${tableBehind(`The last ${shown.length} ${who}`, ["began", "composite"], rows)}
</section>`;
}

function comparisonPart(performance: Performance, { draw }: PageLook): Html {
  if (performance.side_by_side.length < 2) return html``;
  const { shown, left } = shownRows(performance);
  const scored = shown.filter(({ composite }) => composite !== null);
  const unscored = shown.filter(({ composite }) => composite === null);
  const notes = [
    ...(unscored.length > 0 ? [html`<p>${unscoredText(unscored)}</p>`] : []),
    ...(left > 0 ? [html`<p>… and ${plural(left, "more masque")}.</p>`] : []),
  ];
  return html`<section>
<h3>Side by side</h3>
<p>${NO_CAUSE}</p>
${scored.length < 2 ? html`` : comparisonFigure(performance, scored, draw)}
${notes}
</section>`;
}

function comparisonFigure(performance: Performance, scored: readonly SideBySide[], draw: DrawChart): Html {
  const rows = scored.map(comparisonCells);
  const bars = scored.map((row, at) => ({
    label: cut(rows[at]?.[0] ?? "", CHART_LABEL_CHARS),
    score: row.composite,
    isThis: row.is_this,
  }));
  const chart: Chart = { kind: "bars", bars };
  const ours = performance.scorecard.masque === null ? "without a masque, as this session" : "this masque";
  const entries: readonly LegendEntry[] = [
    ["accent", ours],
    ["faint", "your other sessions"],
  ];
  return html`${figure(chart, "Median composites, by what was worn", draw, entries)}
${tableBehind("Medians by what was worn", COMPARISON_HEADINGS_LONG, rows)}`;
}

/** `No score yet: The Fool, Firekeeper. No tool ran in their sessions.` */
function unscoredText(rows: readonly SideBySide[]): string {
  const names = rows.map((row) => comparisonCells(row)[0] ?? "");
  return `No score yet: ${names.join(", ")}. No tool ran in ${rows.length === 1 ? "its" : "their"} sessions.`;
}

function pulledPart(performance: Performance, { zone }: PageLook): Html {
  const { failing_tools: tools, costliest_prompts: prompts } = performance.pulled_down;
  const lines = pulledDownLines(performance).filter((line) => !line.startsWith("Failed most"));
  if (lines.length + tools.length + prompts.length === 0) return html``;
  const toolRows = tools.map(({ tool, failed, calls }) => [nameIn(tool), String(failed), String(calls)]);
  const promptRows = prompts.map((prompt) => promptCells(prompt, zone));
  return html`<section>
<h3>What pulled it down</h3>
${lines.map((line) => html`<p>${line}</p>`)}
${toolRows.length === 0 ? html`` : table("Tools that failed most", ["tool", "failed", "calls"], toolRows)}
${prompts.length === 0 ? html`` : table("Costliest prompts", PROMPT_HEADINGS, promptRows)}
</section>`;
}
