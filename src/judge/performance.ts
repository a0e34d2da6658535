import type { Scorecard } from "./scorecard.ts";

/** How one session went, seen beside the user's others. */
export type Performance = {
  readonly scorecard: Scorecard;
  /** Composites of the sessions in the same masque (for a baseline, the baselines), oldest first, this one included. */
  readonly trend: readonly { readonly started_at: string | null; readonly composite: number; readonly this: boolean }[];
  /** The middle composite of the others in the trend; `null` where there are none. */
  readonly others_median: number | null;
  /** The middle composite of all baselines, for a masque session; `null` where none has one. */
  readonly baseline_median: number | null;
};

/** Sets a scorecard beside all others; `all` may hold it too. */
export function performanceOf(scorecard: Scorecard, all: readonly Scorecard[]): Performance {
  const alike = all.filter((card) => card.masque === scorecard.masque && !isSame(card, scorecard));
  const trend = [...alike, scorecard]
    .sort(byStart)
    .flatMap((card) =>
      card.composite === null
        ? []
        : [{ started_at: card.started_at, composite: card.composite, this: card === scorecard }],
    );
  const baselines = scorecard.masque_session === null ? [] : all.filter((card) => card.masque_session === null);
  return { scorecard, trend, others_median: medianOf(alike), baseline_median: medianOf(baselines) };
}

function isSame(a: Scorecard, b: Scorecard): boolean {
  return a.session === b.session && a.masque_session === b.masque_session;
}

/** ISO times sort as text; a session without one is older than all. */
function byStart(a: Scorecard, b: Scorecard): number {
  const [first, second] = [a.started_at ?? "", b.started_at ?? ""];
  return first < second ? -1 : Number(first > second);
}

function medianOf(cards: readonly Scorecard[]): number | null {
  const composites = cards.flatMap(({ composite }) => composite ?? []).sort((a, b) => a - b);
  const middle = composites.length >> 1;
  const upper = composites[middle];
  if (upper === undefined) return null;
  const lower = composites.length % 2 === 1 ? upper : (composites[middle - 1] ?? upper);
  return (lower + upper) / 2;
}
