import { inputTokens } from "../../judge/score/input-tokens.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import { countText, plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";

/** A score as words and numbers for people: shared by the summary that `doff` ends on and by `performance`. */

const NAME_CHARS_MAX = 60;

/** A few lines on one score: composite and advice, dimensions, counts, and what is absent and why. */
export function scoreSummary(card: Scorecard): string {
  const dimensions = DIMENSIONS.map((name) => `${label(name)} ${scoreText(card.dimensions[name])}`);
  return `${[
    headline(card),
    `  ${dimensions.join(" · ")}`,
    `  ${countsText(card)}`,
    ...absenceLines(card).map((line) => `  ${line}`),
    "  Claude Code exports every 5 s, so the last seconds may be missing: `masque judge` scores again",
  ].join("\n")}\n`;
}

/**
 * Who was scored and what it came to, in a line.
 *
 * @param least Bars that the composite must reach.
 */
export function headline(card: Scorecard, least: readonly number[] = []): string {
  const who = card.masque === null ? "Baseline" : nameOf(card);
  if (card.composite === null) return `${who}: no score, because ${card.absent["composite"]}`;
  return `${who}: ${scoreText(card.composite, least)} of 10, ${adviceText(card)} (${card.confidence} confidence)`;
}

/** A masque's name and version, cut so that a foreign record cannot fill the screen. */
export function nameOf(card: Scorecard): string {
  const name = printableLine(card.masque ?? "baseline").slice(0, NAME_CHARS_MAX);
  return card.version === null ? name : `${name} ${printableLine(card.version).slice(0, NAME_CHARS_MAX)}`;
}

function adviceText(card: Scorecard): string {
  switch (card.recommendation) {
    case "keep":
      return "keep it";
    case "review":
      return "worth a review";
    case "doff":
      return "better doffed";
    case null:
      return "no advice";
    default:
      return card.recommendation satisfies never;
  }
}

/** What was counted, in a line. */
export function countsText({ stats, active_min }: Scorecard): string {
  const input = inputTokens(stats);
  const parts = [
    `${stats.tools_ok} of ${plural(stats.total_tools, "tool call")} succeeded`,
    plural(stats.prompts, "prompt"),
    active_min === null ? "active time unknown" : `${active_min.toFixed(1)} active min`,
    stats.total_cost === null ? "cost unknown" : `$${stats.total_cost.toFixed(4)}`,
    tokensText(input, stats.output_tokens),
  ];
  if (stats.api_errors > 0) parts.push(plural(stats.api_errors, "API error"));
  return parts.join(" · ");
}

function tokensText(input: number | null, output: number | null): string {
  if (input === null && output === null) return "tokens unknown";
  const text = (tokens: number | null) => (tokens === null ? "unknown" : countText(tokens));
  return `${text(input)} tokens in, ${text(output)} out`;
}

/** What is absent, grouped by why. */
export function absenceLines({ absent }: Scorecard): string[] {
  const byReason = new Map<string, string[]>();
  for (const name of DIMENSIONS) {
    const reason = absent[name];
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), label(name)]);
  }
  return [...byReason].map(([reason, names]) => `Absent: ${names.join(", ")} (${reason})`);
}

/** A dimension as people read it. */
export function label(name: (typeof DIMENSIONS)[number]): string {
  return name.replace("_", " ");
}
