import type { Performance } from "../../judge/explain/performance.ts";
import type { SideBySide } from "../../judge/explain/side-by-side.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { label, nameOf } from "../print/score-text.ts";
import { clockText } from "../print/time-text.ts";
import { cut } from "../print/wrap.ts";

/** What the terminal and the page both say about a performance. */

const NAME_CELLS_MAX = 40;
/** Rows of the comparison. Longer tables are hard to read. */
const ROWS_MAX = 8;

/** A comparison does not show causes. */
export const NO_CAUSE =
  "Medians of what was recorded. They describe these sessions and don't prove that a masque caused anything: the work differed too.";

/** Headings of the comparison, for the terminal's width. */
export const COMPARISON_HEADINGS = [
  "",
  "sessions",
  "calls",
  "score",
  "qual.",
  "auton.",
  "prod.",
  "token",
  "cost",
] as const;

/** The same where there is room. */
export const COMPARISON_HEADINGS_LONG = [
  "worn",
  "sessions",
  "tool calls",
  "composite",
  ...DIMENSIONS.map(label),
] as const;

/** A row of the comparison, as text. */
export function comparisonCells(row: SideBySide): string[] {
  return [
    whoIn(row),
    String(row.sessions),
    String(row.tool_calls),
    scoreText(row.composite),
    ...DIMENSIONS.map((name) => scoreText(row.dimensions[name])),
  ];
}

/** Which rows are shown, and how many are left out. The baselines always are. */
export function shownRows({ side_by_side: rows }: Performance): {
  readonly shown: readonly SideBySide[];
  readonly left: number;
} {
  const baselines = rows.slice(1).filter(({ masque }) => masque === null);
  const shown = [...rows.filter((row) => !baselines.includes(row)).slice(0, ROWS_MAX - baselines.length), ...baselines];
  return { shown, left: rows.length - shown.length };
}

function whoIn({ masque }: SideBySide): string {
  return masque === null ? "no masque" : cut(printableLine(masque), NAME_CELLS_MAX);
}

/** How long a session lasted, where that is known. */
export function durationText({ duration_min }: Pick<Scorecard, "duration_min">): string {
  return duration_min === null ? "of unknown length" : `${duration_min.toFixed(1)} min`;
}

/** The composite beside the median of the others, and of the sessions without a masque, a line each. */
export function differenceLines({ scorecard, trend, others_median, baseline_median }: Performance): string[] {
  const lines: string[] = [];
  const who = scorecard.masque === null ? "baseline" : nameOf({ ...scorecard, version: null });
  if (others_median !== null) {
    const others = plural(trend.filter((one) => !one.this).length, `other ${who} session`);
    lines.push(`${differenceText(scorecard.composite, others_median)} the middle of ${others}`);
  }
  if (baseline_median !== null) {
    lines.push(`${differenceText(scorecard.composite, baseline_median)} the middle of your sessions without a masque`);
  }
  return lines;
}

function differenceText(composite: number | null, median: number): string {
  if (composite === null) return `Without a composite beside ${scoreText(median)},`;
  const difference = composite - median;
  const shown = Math.abs(difference).toFixed(1);
  if (shown === "0.0") return `Level with ${scoreText(median)},`;
  return `${shown} ${difference > 0 ? "above" : "below"} ${scoreText(median)},`;
}

/** What pulled the score down, a line each. */
export function pulledDownLines({ pulled_down: pulled, scorecard }: Performance): string[] {
  const lost = pulled.points_lost.filter(({ points }) => points >= 0.05);
  const tools = pulled.failing_tools.map(({ tool, failed, calls }) => `${nameIn(tool)} ${failed} of ${calls}`);
  const lines = lost.length === 0 ? [] : [`Points missing to 10: ${lost.map(lostText).join(" · ")}`];
  if (tools.length > 0) lines.push(`Failed most: ${tools.join(" · ")}`);
  if (pulled.idle_share !== null) {
    lines.push(
      `Idle: ${percentText(pulled.idle_share)} of ${durationText(scorecard)}: pauses longer than 5 min, and the time before and after the work`,
    );
  }
  return lines;
}

/** A prompt that cost much, as cells under {@link PROMPT_HEADINGS}: which prompt of the session, and when it began. */
export function promptCells(
  prompt: Performance["pulled_down"]["costliest_prompts"][number],
  zone: { readonly timeZone?: string | undefined } = {},
): string[] {
  const began = prompt.began_at === null ? "" : `, ${clockText(prompt.began_at, zone)}`;
  return [
    `prompt ${prompt.nr}${began}`,
    `$${prompt.cost.toFixed(4)}`,
    percentText(prompt.share),
    String(prompt.tools),
    String(prompt.tools_failed),
  ];
}

/** Headings of the costliest prompts. */
export const PROMPT_HEADINGS = ["prompt", "cost", "share", "calls", "failed"] as const;

/** A tool's name as telemetry has it. */
export function nameIn(tool: string | null): string {
  return tool === null ? "without a name" : cut(printableLine(tool), NAME_CELLS_MAX);
}

/** A share (0 to 1) as people read it. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function lostText({ dimension, points }: Performance["pulled_down"]["points_lost"][number]): string {
  return `${label(dimension)} ${points.toFixed(1)}`;
}
