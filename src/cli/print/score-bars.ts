import { SCORE_MAX } from "../../judge/score/scale.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import type { Output } from "../../kernel/world.ts";
import { headline, label } from "./score-text.ts";
import { styleFor } from "./style.ts";

/** A score on a terminal: its headline, and a bar for each dimension. */

const BAR_CELLS_MAX = 40;
const BAR_CELLS_MIN = 10;
const LABEL_CELLS = 16;
/** Columns beside a bar: margins, label, score. */
const BESIDE_BAR_CELLS = LABEL_CELLS + 10;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;
const LOOKS = { good: "green", fair: "yellow", poor: "red", faint: "dim", strong: "bold" } as const;

/** Colours a text, where the output has colours. */
export type Paint = (text: string, look: keyof typeof LOOKS) => string;

/** Paints for an output. */
export function paintFor(output: Pick<Output, "color">): Paint {
  const style = styleFor(output);
  return (text, look) => style[LOOKS[look]](text);
}

/** The headline, in the colour of the recommendation. */
export function headlineLine(card: Scorecard, paint: Paint): string {
  return card.composite === null ? headline(card) : paint(headline(card), colorOf(card.composite, card));
}

/** A line for each dimension: its name, its score and a bar. */
export function barLines(card: Scorecard, columns: number, paint: Paint): string[] {
  const cells = Math.max(BAR_CELLS_MIN, Math.min(BAR_CELLS_MAX, columns - BESIDE_BAR_CELLS));
  return DIMENSIONS.map((name) => {
    const score = card.dimensions[name];
    const line = `  ${label(name).padEnd(LABEL_CELLS)}  ${scoreText(score).padStart(4)}  ${bar(score, cells, paint)}`;
    return line.trimEnd();
  });
}

function bar(score: number | null, cells: number, paint: Paint): string {
  if (score === null) return paint("absent", "faint");
  const eighths = Math.round((score / SCORE_MAX) * cells * EIGHTHS.length);
  const whole = Math.floor(eighths / EIGHTHS.length);
  const part = EIGHTHS[eighths % EIGHTHS.length] ?? "";
  const filled = "█".repeat(whole) + part;
  return `${paint(filled, colorOf(score, null))}${paint("·".repeat(Math.max(0, cells - filled.length)), "faint")}`;
}

/** The recommendation's own bounds, also for a single dimension. */
function colorOf(score: number, card: Scorecard | null): "good" | "fair" | "poor" {
  const advice = card?.recommendation ?? (score >= 7 ? "keep" : score >= 4 ? "review" : "doff");
  return advice === "keep" ? "good" : advice === "review" ? "fair" : "poor";
}
