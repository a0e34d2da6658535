import { medianOf } from "../score/median.ts";
import type { Scorecard } from "../score/scorecard.ts";
import type { Explanation } from "./explanation.ts";
import { type NextStep, nextSteps } from "./next-steps.ts";
import { type PulledDown, pulledDown } from "./pulled-down.ts";
import { type SideBySide, sideBySide } from "./side-by-side.ts";

/** How one session went, seen beside the user's others. */
export type Performance = {
  readonly scorecard: Scorecard;
  /** Composites of the sessions in the same masque (for a baseline, the baselines), oldest first, this one included. */
  readonly trend: readonly { readonly started_at: string | null; readonly composite: number; readonly this: boolean }[];
  /** The middle composite of the others in the trend; `null` where there are none. */
  readonly others_median: number | null;
  /** The middle composite of all baselines, for a masque session; `null` where none has one. */
  readonly baseline_median: number | null;
  /** This masque, the others and the baselines, a row each. */
  readonly side_by_side: readonly SideBySide[];
  readonly pulled_down: PulledDown;
  readonly next_steps: readonly NextStep[];
};

/**
 * Sets a scorecard beside all others.
 *
 * @param all May hold it too.
 */
export function performanceOf(scorecard: Scorecard, all: readonly Scorecard[], explanation: Explanation): Performance {
  const others = all.filter((card) => !isSame(card, scorecard));
  const alike = others.filter((card) => card.masque === scorecard.masque);
  const trend = [...alike, scorecard]
    .sort(byStart)
    .flatMap((card) =>
      card.composite === null
        ? []
        : [{ started_at: card.started_at, composite: card.composite, this: card === scorecard }],
    );
  const baselines = scorecard.masque_session === null ? [] : others.filter((card) => card.masque_session === null);
  const pulled = pulledDown(scorecard, explanation);
  return {
    scorecard,
    trend,
    others_median: medianOf(alike.map(({ composite }) => composite)),
    baseline_median: medianOf(baselines.map(({ composite }) => composite)),
    side_by_side: sideBySide(scorecard, [scorecard, ...others]),
    pulled_down: pulled,
    next_steps: nextSteps(scorecard, pulled, others.filter(({ composite }) => composite !== null).length),
  };
}

function isSame(a: Scorecard, b: Scorecard): boolean {
  return a.session === b.session && a.masque_session === b.masque_session;
}

/** ISO times sort as text; a session without one is older than all. */
function byStart(a: Scorecard, b: Scorecard): number {
  const [first, second] = [a.started_at ?? "", b.started_at ?? ""];
  return first < second ? -1 : Number(first > second);
}
