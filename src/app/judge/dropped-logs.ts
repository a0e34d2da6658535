import { type DroppedLogs, droppedLogs } from "../../audience/files/dropped.ts";
import { readLedger } from "../../audience/files/dropped-file.ts";
import type { DropReason } from "../../audience/files/retention.ts";
import type { Scorecard } from "../../judge/score/scorecard.ts";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { type Mark, readMarks } from "../../telemetry/read-marks.ts";

/**
 * What retention has to do with a session's score. The ledger holds stretches of time and no ids, so a session's own
 * marks, or its events as far as they are still there, say whether it lies in one.
 */

const MS_PER_MINUTE = 60_000;

/** A stretch of time in which a session was at work; milliseconds since 1970. */
type Stretch = { readonly fromMs: number; readonly toMs: number };

/** How retention explains that a session is not there. Times are ISO 8601, UTC. */
export type Dropped =
  /** Its logs are gone; `isJudged` where the judge had read them, and its store lost them since. */
  | { readonly kind: "dropped"; readonly at: string; readonly reason: DropReason; readonly isJudged: boolean }
  /** The session is unknown, and logs of that time went before the judge could read them. */
  | { readonly kind: "perhaps"; readonly from: string; readonly to: string; readonly reason: DropReason };

/** Agent sessions that were scored although logs of their time are gone. */
export type PartlyDropped = {
  /** Nothing else is known of them. */
  readonly whole: readonly string[];
  /** Their scores may lack some of what happened. */
  readonly partly: readonly string[];
};

/** Why a session is not there; `undefined` where retention has nothing to do with it, or cannot say. */
export function whyDropped(paths: Pick<Paths, "audience" | "events">, session: string): Dropped | undefined {
  const dropped = droppedOrNone(paths);
  if (dropped.length === 0) return undefined;
  const spans = spansOf(paths, ({ session: agent, masqueSession }) => agent === session || masqueSession === session);
  const stretches = [...spans.values()].flat().map((span) => closed(span, LIMITS.openSpanMs));
  if (stretches.length === 0) return whyPerhaps(dropped.filter(({ isJudged }) => !isJudged));
  const gone = dropped.filter((one) => stretches.some((stretch) => overlaps(stretch, one)));
  const last = gone.findLast(({ isJudged }) => !isJudged) ?? gone.at(-1);
  if (!last) return undefined;
  return { kind: "dropped", at: last.at, reason: last.reason, isJudged: last.isJudged };
}

/**
 * Sessions that were scored although logs of their time are gone: before the judge could read them, or, where nothing at
 * all is known of a session, together with the judge's store.
 */
export function partlyDropped(
  paths: Pick<Paths, "audience" | "events">,
  scorecards: readonly Scorecard[],
): PartlyDropped {
  const dropped = droppedOrNone(paths);
  if (dropped.length === 0 || scorecards.length === 0) return { whole: [], partly: [] };
  const wanted = new Set(scorecards.flatMap(({ masque_session: id }) => (id === null ? [] : [id])));
  const spans = spansOf(paths, ({ masqueSession }) => wanted.has(masqueSession));
  const lacksSome = (card: Scorecard) =>
    stretchesOf(card, spans).some((stretch) =>
      dropped.some((one) => (!one.isJudged || isEmpty(card)) && overlaps(stretch, one)),
    );
  const lacking = scorecards.filter(lacksSome);
  const sessions = (cards: readonly Scorecard[]) => [...new Set(cards.map(({ session }) => session))];
  return {
    whole: sessions(lacking.filter(isEmpty)),
    partly: sessions(lacking.filter((card) => !isEmpty(card))),
  };
}

/** Whether a score says that nothing happened. */
function isEmpty({ stats }: Scorecard): boolean {
  return (
    stats.prompts + stats.total_tools + stats.api_errors + (stats.input_tokens ?? 0) + (stats.output_tokens ?? 0) === 0
  );
}

/** A session without marks may have been anywhere. */
function whyPerhaps(unread: readonly DroppedLogs[]): Dropped | undefined {
  const last = unread.at(-1);
  if (!last) return undefined;
  const from = new Date(Math.min(...unread.map(({ fromMs }) => fromMs))).toISOString();
  const to = new Date(Math.max(...unread.map(({ toMs }) => toMs))).toISOString();
  return { kind: "perhaps", from, to, reason: last.reason };
}

type Span = { readonly fromMs: number; readonly toMs: number | undefined };

/** By masque session; a span that no doff closed has no end. */
function spansOf({ events }: Pick<Paths, "events">, isOf: (mark: Mark) => boolean): ReadonlyMap<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const mark of readMarks(events)) {
    if (!isOf(mark)) continue;
    const known = spans.get(mark.masqueSession) ?? [];
    const open = known.at(-1);
    if (mark.kind === "don") known.push({ fromMs: mark.unixMs, toMs: undefined });
    else if (open && open.toMs === undefined) known[known.length - 1] = { ...open, toMs: mark.unixMs };
    spans.set(mark.masqueSession, known);
  }
  return spans;
}

/** When a scored session was at work: by its marks, or else from its first event to its last. */
function stretchesOf(card: Scorecard, spans: ReadonlyMap<string, readonly Span[]>): readonly Stretch[] {
  const fromMs = card.started_at === null ? Number.NaN : Date.parse(card.started_at);
  const lengthMs = (card.duration_min ?? 0) * MS_PER_MINUTE;
  const marked = spans.get(card.masque_session ?? "") ?? [];
  if (marked.length > 0) return marked.map((span) => closed(span, isEmpty(card) ? LIMITS.openSpanMs : lengthMs));
  return Number.isNaN(fromMs) ? [] : [{ fromMs, toMs: fromMs + lengthMs }];
}

function closed({ fromMs, toMs }: Span, otherwiseMs: number): Stretch {
  return { fromMs, toMs: Math.max(fromMs, toMs ?? fromMs + otherwiseMs) };
}

function overlaps(a: Stretch, b: Stretch): boolean {
  return a.fromMs <= b.toMs && b.fromMs <= a.toMs;
}

/** A ledger that cannot be read is reported by `masque audience status`. */
function droppedOrNone(paths: Pick<Paths, "audience">): readonly DroppedLogs[] {
  try {
    return droppedLogs(readLedger(paths));
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return [];
    throw error;
  }
}
