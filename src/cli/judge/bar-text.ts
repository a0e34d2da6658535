import type { BarCheck, Judged } from "../../judge/score/bars.ts";
import type { DecidedCriterion, SessionCriteria } from "../../judge/score/criteria.ts";
import { DIMENSIONS, type Scorecard } from "../../judge/score/scorecard.ts";
import { type Bounds, shownDigits, shownNumber } from "../../judge/score/shown-number.ts";
import { plural } from "../../kernel/text/plural.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { label, nameOf } from "../print/score-text.ts";

/** Bars in words, shared by what `judge` says on stderr and by the formats that people read. */

const DECIMALS = 4;
const ID_CHARS_MAX = 80;

/** What a bar asks for: `quality at least 7`. */
export function wantedText({ bar, wanted }: BarCheck): string {
  if (bar === "max_cost") return `cost at most $${wanted}`;
  if (bar === "min_checks") return `at least ${wanted} checks of the rubric pass`;
  return `${subjectOf(bar)} at least ${wanted}`;
}

/** What was found, and by how much it falls short: `quality 6.6667 is 0.3333 below the bar of 7`. */
export function checkText(check: BarCheck): string {
  const { bar, wanted, found, short_by, absent } = check;
  const subject = subjectOf(bar);
  if (found === null) return `${subject} is absent, which is below any bar: ${absent ?? ""}`;
  if (typeof found === "string") return `${subject} is ${found}, ${check.passed ? "as asked" : `below ${wanted}`}`;
  if (bar === "min_checks") {
    const short = short_by === null ? "as asked" : `${short_by} below the bar of ${wanted}`;
    return `${plural(found, "check")} of the rubric passed, ${short}`;
  }
  const unit = bar === "max_cost" ? "$" : "";
  const shown = `${subject} ${unit}${foundText(check, found)}`;
  const side = bar === "max_cost" ? "above" : "below";
  if (short_by === null) return `${shown} reaches the bar of ${unit}${wanted}`;
  return `${shown} is ${unit}${numberText(short_by)} ${side} the bar of ${unit}${wanted}`;
}

/** Who was judged: `Codesmith 0.2.0, masque session 0192…`. */
export function whoText(card: Scorecard): string {
  const [kind, id] = card.masque_session === null ? ["session", card.session] : ["masque session", card.masque_session];
  return `${card.masque === null ? "Baseline" : nameOf(card)}, ${kind} ${printableLine(id).slice(0, ID_CHARS_MAX)}`;
}

/** A line for each bar that is not reached, its session named. */
export function shortfallLines(judged: readonly Judged[]): string[] {
  return judged.flatMap((one) => shortfallsOf(one).map((line) => `${whoText(one.card)}: ${line}`));
}

/** What falls short in one session: a line for each bar; below the bar of checks, one for each check that did not pass. */
export function shortfallsOf({ checks, criteria }: Judged): string[] {
  return checks
    .filter(({ passed }) => !passed)
    .flatMap((check) => [
      checkText(check),
      ...(check.bar === "min_checks" && check.found !== null ? unpassed(criteria) : []),
    ]);
}

/** A criterion and what became of it: `"It is short" failed: 412 words, at most 300 are allowed`. */
export function criterionText({ text, outcome, reason }: DecidedCriterion): string {
  return `"${printableLine(text)}" ${outcome === "absent" ? "is absent" : outcome}: ${printableLine(reason)}`;
}

function unpassed(criteria: SessionCriteria | undefined): string[] {
  const checked = (criteria?.decided ?? []).filter(({ has_check, outcome }) => has_check && outcome !== "passed");
  return checked.map(criterionText);
}

/** Four decimals, or more where four would show 0. */
export function numberText(value: number, bounds: Bounds = {}): string {
  const rounded = Number(shownNumber(value, DECIMALS, bounds));
  return String(rounded === 0 && value !== 0 ? Number(shownDigits(value, 2, bounds)) : rounded);
}

/** What was found, rounded so that it stays on its side of the bar. */
function foundText({ bar, wanted }: BarCheck, found: number): string {
  const bounds = typeof wanted === "number" ? [wanted] : [];
  return numberText(found, bar === "max_cost" ? { most: bounds } : { least: bounds });
}

function subjectOf(bar: string): string {
  const dimension = DIMENSIONS.find((name) => bar === `min_${name}`);
  if (dimension) return label(dimension);
  if (bar === "min_checks") return "the count of checks that passed";
  return bar === "max_cost" ? "cost" : bar.replace(/^(min|require)_/, "");
}
