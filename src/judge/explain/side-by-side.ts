import { medianOf } from "../score/median.ts";
import type { Dimension, Scorecard } from "../score/scorecard.ts";

/**
 * The sessions in one masque, or all baselines, as one row. Every number is a median over the sessions that have it:
 * it describes them, and says nothing of why they differ.
 */
export type SideBySide = {
  /** `null` for the baselines. */
  readonly masque: string | null;
  /** Whether the session in question is among them. */
  readonly is_this: boolean;
  readonly sessions: number;
  readonly tool_calls: number;
  readonly composite: number | null;
  readonly dimensions: Readonly<Record<Dimension, number | null>>;
};

/** All sessions by what was worn: first as in this one, then by how many there are, the baselines last. */
export function sideBySide(scorecard: Scorecard, all: readonly Scorecard[]): SideBySide[] {
  const byMasque = Map.groupBy(all, ({ masque }) => masque);
  const rows = [...byMasque].map(([masque, cards]) => rowOf(masque, cards, masque === scorecard.masque));
  return rows.sort(
    (a, b) =>
      Number(b.is_this) - Number(a.is_this) ||
      Number(a.masque === null) - Number(b.masque === null) ||
      b.sessions - a.sessions ||
      compareText(a.masque ?? "", b.masque ?? ""),
  );
}

function rowOf(masque: string | null, cards: readonly Scorecard[], isThis: boolean): SideBySide {
  const median = (name: Dimension) => medianOf(cards.map(({ dimensions }) => dimensions[name]));
  return {
    masque,
    is_this: isThis,
    sessions: cards.length,
    tool_calls: cards.reduce((sum, { stats }) => sum + stats.total_tools, 0),
    composite: medianOf(cards.map(({ composite }) => composite)),
    dimensions: {
      quality: median("quality"),
      autonomy: median("autonomy"),
      productivity: median("productivity"),
      token_efficiency: median("token_efficiency"),
      cost_efficiency: median("cost_efficiency"),
    },
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
