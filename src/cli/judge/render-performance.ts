import type { Performance } from "../../judge/explain/performance.ts";
import { SCORE_MAX } from "../../judge/score/scale.ts";
import type { Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { jsonText } from "../print/output.ts";
import { barLines, headlineLine, type Paint, paintFor } from "../print/score-bars.ts";
import { absenceLines, countsText } from "../print/score-text.ts";
import { table } from "../print/table.ts";
import { recentText } from "../print/time-text.ts";
import { MARGIN, paragraph } from "../print/wrap.ts";
import { nextStepText } from "./next-step-text.ts";
import {
  COMPARISON_HEADINGS,
  comparisonCells,
  differenceLines,
  durationText,
  NO_CAUSE,
  PROMPT_HEADINGS,
  promptCells,
  pulledDownLines,
  shownRows,
} from "./performance-text.ts";

/** One session's performance for people: bars, what was counted, and how it compares. */

const NAME_COLUMNS_MIN = 12;
const TREND_SESSIONS_MAX = 24;
const STEPS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/** How it is shown: how wide, whether in colour, at what time, and in which zone (the machine's own, if none is given). */
export type PerformanceLook = Pick<Output, "columns" | "color"> & {
  readonly nowUnixMs: number;
  readonly timeZone?: string;
};

/** A screenful on one session. */
export function performanceText(performance: Performance, look: PerformanceLook): string {
  const { columns } = look;
  const card = performance.scorecard;
  const paint = paintFor(look);
  const below = [countsText(card), ...absenceLines(card), ...comparisonLines(performance, paint)];
  return `${[
    headlineLine(card, paint),
    ...paragraph(sessionText(card, look), columns).map((line) => paint(line, "faint")),
    "",
    ...barLines(card, columns, paint),
    "",
    ...below.flatMap((line) => paragraph(line, columns)),
    ...sideBySideLines(performance, columns, paint),
    ...pulledLines(performance, look, paint),
    ...nextStepLines(performance, columns, paint),
  ].join("\n")}\n`;
}

/** `performance --json`. Keys: docs/cli.md. */
export function performancesJson(performances: readonly Performance[]): string {
  return jsonText(
    performances.map((one) => ({
      ...one,
      next_steps: one.next_steps.map((step) => ({ about: step.about, text: nextStepText(step) })),
    })),
  );
}

function sessionText(card: Scorecard, { nowUnixMs, timeZone }: PerformanceLook): string {
  const started = recentText(card.started_at, nowUnixMs, { timeZone });
  const id = printableLine(card.masque_session ?? card.session);
  return `${card.masque_session === null ? "session" : "masque session"} ${id} · ${started} · ${durationText(card)}`;
}

function comparisonLines(performance: Performance, paint: Paint): string[] {
  const { trend } = performance;
  return [...differenceLines(performance), ...(trend.length > 1 ? [trendText(trend, paint)] : [])];
}

/** A step a session, this one in brackets, for not everyone sees colour. */
function trendText(trend: Performance["trend"], paint: Paint): string {
  const shown = trend.slice(-TREND_SESSIONS_MAX);
  const steps = shown.map(({ composite, this: isThis }) => {
    const step = STEPS[Math.min(STEPS.length - 1, Math.floor((composite / SCORE_MAX) * STEPS.length))] ?? "";
    return isThis ? `[${step}]` : paint(step, "faint");
  });
  const composites = shown.map(({ composite }) => composite);
  const range = `${scoreText(Math.min(...composites))} to ${scoreText(Math.max(...composites))}`;
  const mark = shown.some((one) => one.this) ? ", [this one]" : "";
  return `Trend, oldest first${mark}: ${steps.join("")}, ${range}`;
}

function sideBySideLines(performance: Performance, columns: number, paint: Paint): string[] {
  const { shown, left } = shownRows(performance);
  if (performance.side_by_side.length < 2) return [];
  return [
    ...title("Side by side", paint),
    ...numbers(COMPARISON_HEADINGS, shown.map(comparisonCells), columns),
    ...(left > 0 ? [`  … and ${plural(left, "more masque")}`] : []),
    ...paragraph(NO_CAUSE, columns).map((line) => paint(line, "faint")),
  ];
}

function pulledLines(performance: Performance, { columns, timeZone }: PerformanceLook, paint: Paint): string[] {
  const { costliest_prompts: prompts } = performance.pulled_down;
  const lines = pulledDownLines(performance).flatMap((line) => paragraph(line, columns));
  if (lines.length + prompts.length === 0) return [];
  const table =
    prompts.length === 0
      ? []
      : numbers(
          PROMPT_HEADINGS,
          prompts.map((prompt) => promptCells(prompt, { timeZone })),
          columns,
        );
  return [...title("What pulled it down", paint), ...lines, ...table];
}

function nextStepLines({ next_steps }: Performance, columns: number, paint: Paint): string[] {
  if (next_steps.length === 0) return [];
  return [...title("Next steps", paint), ...next_steps.flatMap((step) => paragraph(nextStepText(step), columns, "- "))];
}

function title(text: string, paint: Paint): string[] {
  return ["", paint(text, "strong")];
}

/** A table of numbers: the names in its first column may be cut, and columns without room are named below it. */
function numbers(headings: readonly string[], rows: readonly (readonly string[])[], columns: number): string[] {
  const shape = headings.map((heading, at) =>
    at === 0 ? { heading, columnsMin: NAME_COLUMNS_MIN } : { heading, isNumber: true, isOptional: at > 1 },
  );
  const { lines, leftOut } = table(shape, rows, columns - MARGIN.length);
  const note = leftOut.length === 0 ? [] : paragraph(`No room here for: ${leftOut.join(", ")}`, columns);
  return [...lines.map((line) => MARGIN + line), ...note];
}
