import { countPassed, type SessionCriteria } from "./criteria.ts";
import { type Confidence, DIMENSIONS, type Dimension, type Scorecard } from "./scorecard.ts";

/**
 * Bars and scorecards to verdicts: pure, on unrounded numbers. A value that is absent is below any bar, for what cannot
 * be computed was not shown to be good.
 */

/** What must be reached, each bar by the name that outputs show; those left out ask for nothing. */
export type Bars = {
  /** Least composite and dimensions, 0 to 10. */
  readonly min: Readonly<Partial<Record<"composite" | Dimension, number>>>;
  /** Most that a session may cost, in US dollars. */
  readonly maxCost?: number;
  readonly confidence?: Confidence;
  /** Least criteria of the masque's rubric whose check passes; `all` for all that have a check. */
  readonly minChecks?: MinChecks;
};

/** How many checks must pass. */
export type MinChecks = number | "all";

/** One bar held against one scorecard. Keys are the output's own: docs/scoring.md. */
export type BarCheck = {
  /** `min_composite`, `min_quality` …, `max_cost`, `require_confidence`, `min_checks`. */
  readonly bar: string;
  readonly wanted: number | Confidence;
  /** `null` where it is absent. */
  readonly found: number | Confidence | null;
  readonly passed: boolean;
  /** By how much it falls short, above 0; `null` where there is no such number, or nothing is short. */
  readonly short_by: number | null;
  /** Why what was found is absent. */
  readonly absent: string | null;
};

/** A scorecard with what the bars say to it; no checks where no bar was asked for. */
export type Judged = {
  readonly card: Scorecard;
  readonly checks: readonly BarCheck[];
  /** Present where a transcript was given, or a bar asks for checks that pass. */
  readonly criteria?: SessionCriteria;
};

const UNKNOWN = "it cannot be computed";
const SCORES = ["composite", ...DIMENSIONS] as const;
const CONFIDENCES: readonly Confidence[] = ["low", "medium", "high"];

/** Whether anything is asked for at all. */
export function hasBars(bars: Bars): boolean {
  return (
    Object.keys(bars.min).length > 0 ||
    bars.maxCost !== undefined ||
    bars.confidence !== undefined ||
    bars.minChecks !== undefined
  );
}

/** Holds every bar against a scorecard, in the order that outputs show them. */
export function holdAgainst(card: Scorecard, bars: Bars, criteria?: SessionCriteria): Judged {
  const checks = SCORES.flatMap((name) => {
    const least = bars.min[name];
    return least === undefined ? [] : [checkScore(card, name, least)];
  });
  if (bars.maxCost !== undefined) checks.push(checkCost(card, bars.maxCost));
  if (bars.confidence !== undefined) checks.push(checkConfidence(card, bars.confidence));
  if (bars.minChecks !== undefined) checks.push(checkCriteria(criteria ?? NOT_LOOKED_AT, bars.minChecks));
  return { card, checks, ...(criteria && { criteria }) };
}

const NOT_LOOKED_AT: SessionCriteria = { decided: [], absent: "no criteria were looked at" };

/** What the bars say of a score: what it must reach. */
export function leastOf({ checks }: Judged, name: "composite" | Dimension): readonly number[] {
  return wantedIn(checks, `min_${name}`);
}

/** The most that the session may cost. */
export function mostCost({ checks }: Judged): readonly number[] {
  return wantedIn(checks, "max_cost");
}

function wantedIn(checks: readonly BarCheck[], name: string): readonly number[] {
  return checks.flatMap(({ bar, wanted }) => (bar === name && typeof wanted === "number" ? [wanted] : []));
}

/** Whether every bar is reached. */
export function passes({ checks }: Judged): boolean {
  return checks.every(({ passed }) => passed);
}

/** Whether any session is below a bar: one is enough. */
export function hasFallenShort(judged: readonly Judged[]): boolean {
  return !judged.every(passes);
}

function checkScore(card: Scorecard, name: (typeof SCORES)[number], least: number): BarCheck {
  const found = name === "composite" ? card.composite : card.dimensions[name];
  const absent = found === null ? (card.absent[name] ?? UNKNOWN) : null;
  return { bar: `min_${name}`, wanted: least, found, ...measured(found === null ? null : least - found), absent };
}

function checkCost(card: Scorecard, most: number): BarCheck {
  const found = card.stats.total_cost;
  const absent = found === null ? (card.absent["total_cost"] ?? UNKNOWN) : null;
  return { bar: "max_cost", wanted: most, found, ...measured(found === null ? null : found - most), absent };
}

function checkConfidence(card: Scorecard, least: Confidence): BarCheck {
  const passed = CONFIDENCES.indexOf(card.confidence) >= CONFIDENCES.indexOf(least);
  return { bar: "require_confidence", wanted: least, found: card.confidence, passed, short_by: null, absent: null };
}

function checkCriteria(criteria: SessionCriteria, least: MinChecks): BarCheck {
  const { passed, checked, absent } = countPassed(criteria);
  // A rubric without checks cannot reach the bar of all of them.
  const wanted = least === "all" ? Math.max(checked, 1) : least;
  return { bar: "min_checks", wanted, found: passed, ...measured(passed === null ? null : wanted - passed), absent };
}

/** @param short How far it is on the wrong side, `null` when that is unknown. */
function measured(short: number | null): Pick<BarCheck, "passed" | "short_by"> {
  return { passed: short !== null && short <= 0, short_by: short !== null && short > 0 ? short : null };
}
