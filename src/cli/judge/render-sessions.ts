import type { Scorecard } from "../../judge/score/scorecard.ts";
import { scoreText } from "../../judge/score/shown-score.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Output } from "../../kernel/world.ts";
import { jsonText } from "../print/output.ts";
import { nameOf } from "../print/score-text.ts";
import { styleFor } from "../print/style.ts";
import { type Column, tableText } from "../print/table.ts";
import { recentText } from "../print/time-text.ts";
import { cut } from "../print/wrap.ts";

/** What `sessions` prints. */

/** Enough of an id to mean one session; `--session` takes it. */
const ID_CHARS = 8;
const NAME_CELLS_MAX = 24;
const PROJECT_COLUMNS_MIN = 12;

/** How the table is shown: on what, at what time, and which folder is `~`. */
export type SessionsLook = {
  readonly output: Pick<Output, "isTerminal" | "columns" | "color">;
  readonly home: string;
  readonly nowUnixMs: number;
};

/** Sessions as a table, in the order given. */
export function sessionsText(cards: readonly Scorecard[], { output, home, nowUnixMs }: SessionsLook): string {
  const { bold, dim } = styleFor(output);
  const columns: Column[] = [
    { heading: "SESSION", style: dim },
    { heading: "BEGAN" },
    { heading: "MASQUE", style: bold },
    { heading: "PROMPTS", isNumber: true, isOptional: true },
    { heading: "TOOLS", isNumber: true, isOptional: true },
    { heading: "COST", isNumber: true },
    { heading: "SCORE", isNumber: true },
    { heading: "PROJECT", columnsMin: PROJECT_COLUMNS_MIN },
  ];
  const rows = cards.map((card) => [
    printableLine(card.masque_session ?? card.session).slice(0, ID_CHARS),
    recentText(card.started_at, nowUnixMs),
    card.masque === null ? "–" : cut(nameOf(card), NAME_CELLS_MAX),
    String(card.stats.prompts),
    String(card.stats.total_tools),
    card.stats.total_cost === null ? "–" : `$${card.stats.total_cost.toFixed(2)}`,
    scoreText(card.composite),
    card.project === null ? "" : shortPath(printableLine(card.project), home),
  ]);
  return tableText(columns, rows, output.isTerminal ? output.columns : Number.POSITIVE_INFINITY);
}

/** `sessions --json`: one object a session, with whole ids. */
export function sessionsJson(cards: readonly Scorecard[]): string {
  return jsonText(
    cards.map(
      ({ session, masque_session, masque, version, project, started_at, duration_min, stats, composite, ...card }) => ({
        session,
        masque_session,
        masque,
        version,
        project,
        started_at,
        duration_min,
        prompts: stats.prompts,
        tools: stats.total_tools,
        cost: stats.total_cost,
        composite,
        recommendation: card.recommendation,
        confidence: card.confidence,
      }),
    ),
  );
}

function shortPath(path: string, home: string): string {
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
