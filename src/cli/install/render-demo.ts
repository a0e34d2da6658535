import { SCALE } from "../../judge/score/scale.ts";
import type { Scorecard } from "../../judge/score/scorecard.ts";
import type { Output } from "../../kernel/world.ts";
import { barLines, headlineLine, paintFor } from "../print/score-bars.ts";
import { absenceLines, countsText } from "../print/score-text.ts";
import { paragraph } from "../print/wrap.ts";

const { recommend, confidence } = SCALE;

const EXPLAINED = [
  `The advice is to keep the masque from a score of ${recommend.keep} on, to review it from ${recommend.review} on, and otherwise to take it off.`,
  `Confidence grows with what was measured: it is medium from ${confidence.medium} tool calls on, and high from ${confidence.high}.`,
  "The score says how the work went as the tools reported it, and not whether the result was right.",
  "This was a recording of a session, so its score is always the same. Your own sessions are scored in Claude Code.",
];

/**
 * What a person at a terminal reads at the end of the demo.
 *
 * @param program How this program is run: its name, or its path in quotes.
 */
export function demoText(card: Scorecard, output: Pick<Output, "columns" | "color">, program: string): string {
  const paint = paintFor(output);
  const { columns } = output;
  return `${[
    "",
    headlineLine(card, paint),
    "",
    ...barLines(card, columns, paint),
    "",
    ...[countsText(card), ...absenceLines(card)].flatMap((line) => paragraph(line, columns)),
    "",
    ...EXPLAINED.flatMap((line) => paragraph(line, columns)),
    "",
    `  next: ${program} setup claude`,
  ].join("\n")}\n`;
}
