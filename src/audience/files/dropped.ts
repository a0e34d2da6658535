import { LIMITS } from "../../kernel/limits.ts";
import { parseJson } from "../../kernel/text/json.ts";
import {
  boolean,
  count,
  matching,
  oneOf,
  orNull,
  parsedBy,
  recordOf,
  type Shape,
} from "../../kernel/text/json-shape.ts";
import { closedFile } from "../../telemetry/file-names.ts";
import { SIGNALS, type Signal } from "../../telemetry/signal.ts";
import type { DropReason } from "./retention.ts";

/** What retention has dropped: a line for each file, and one line of sums for those that came before. Pure. */

/** One file that was dropped. No id of a session is in it: a sender chooses ids, of any number and length. */
export type DroppedLine = {
  readonly name: string;
  readonly signal: Signal;
  readonly reason: DropReason;
  readonly bytes: number;
  /** Log records, data points or spans. */
  readonly records: number;
  /** The records' own times, ISO 8601, UTC; `null` where none had one, or the file could not be read. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Whether the judge has read it, or has nothing to read in it. */
  readonly isJudged: boolean;
  /** When it was dropped, ISO 8601, UTC. */
  readonly at: string;
};

/** Sums over files that were dropped. */
export type Dropped = {
  readonly files: Readonly<Record<DropReason, number>>;
  readonly bytes: number;
  readonly records: Readonly<Record<Signal, number>>;
  /** Files of logs that went although the judge could not read them first. */
  readonly unjudged: number;
  readonly oldest: string | null;
  readonly newest: string | null;
  /** When something was last dropped, ISO 8601, UTC. */
  readonly lastDropped: string;
};

/** Everything that is known to have been dropped. */
export type Ledger = {
  /** Sums of the files without a line of their own; `null` for none. */
  readonly before: Dropped | null;
  /** Each file once, in the order in which they were dropped. */
  readonly lines: readonly DroppedLine[];
  /** Lines that could not be read: torn by a crash, or written by another program. */
  readonly unread: number;
};

/** A stretch of time of which logs were dropped. */
export type DroppedLogs = Pick<DroppedLine, "reason" | "isJudged" | "at"> & {
  /** Milliseconds since 1970, both of them inside. */
  readonly fromMs: number;
  readonly toMs: number;
};

/** Reads the ledger's text. Lines that masque did not write are counted and skipped. */
export function parseLedger(text: string): Ledger {
  const lines = new Map<string, DroppedLine>();
  let before: Dropped | null = null;
  let unread = 0;
  for (const row of text.split("\n")) {
    if (row === "") continue;
    const parsed = row.length > LIMITS.droppedLineCharsMax ? undefined : parseJson(row);
    const total = totalIn(parsed)?.total;
    const line = total ? undefined : lineIn(parsed);
    if (total) before = before ? together(before, total) : total;
    else if (line) lines.set(`${line.name} ${line.bytes}`, line);
    else unread += 1;
  }
  return { before, lines: [...lines.values()], unread };
}

/** The ledger's text. */
export function ledgerText({ before, lines }: Pick<Ledger, "before" | "lines">): string {
  const rows = [...(before ? [{ total: before }] : []), ...lines];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

/** Sums the older half of the lines up, so that the ledger takes half the room. */
export function foldLedger({ before, lines }: Ledger): Pick<Ledger, "before" | "lines"> {
  const folded = Math.ceil(lines.length / 2);
  return { before: sumOf({ before, lines: lines.slice(0, folded) }), lines: lines.slice(folded) };
}

/** Sums of all of it; `null` for nothing. */
export function sumOf({ before, lines }: Pick<Ledger, "before" | "lines">): Dropped | null {
  return lines.map(asSum).reduce<Dropped | null>((sum, one) => (sum ? together(sum, one) : one), before);
}

/** When the dropped logs were captured. Files without times are left out. */
export function droppedLogs({ before, lines }: Ledger): readonly DroppedLogs[] {
  const ofLines = lines.filter(({ name, signal }) => signal === "logs" && closedFile(name)?.kind === "segment");
  const ofSums = before && before.records.logs > 0 ? [{ ...before, ...stateOf(before) }] : [];
  return [...ofSums, ...ofLines].flatMap(({ oldest, newest, reason, isJudged, at }) =>
    oldest === null || newest === null
      ? []
      : [{ fromMs: Date.parse(oldest), toMs: Date.parse(newest), reason, isJudged, at }],
  );
}

const TIME = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** Reads sums that masque wrote. */
export const droppedIn: Shape<Dropped> = recordOf({
  files: recordOf({ age: count, size: count }),
  bytes: count,
  records: recordOf({ logs: count, metrics: count, traces: count }),
  unjudged: count,
  oldest: orNull(TIME),
  newest: orNull(TIME),
  lastDropped: TIME,
});

const totalIn = recordOf({ total: droppedIn });

const lineIn: Shape<DroppedLine> = recordOf({
  name: parsedBy((name) => (closedFile(name) ? name : undefined)),
  signal: oneOf(...SIGNALS),
  reason: oneOf("age", "size"),
  bytes: count,
  records: count,
  oldest: orNull(TIME),
  newest: orNull(TIME),
  isJudged: boolean,
  at: TIME,
});

function stateOf({ files, unjudged, lastDropped }: Dropped): Pick<DroppedLine, "reason" | "isJudged" | "at"> {
  return { reason: files.age > 0 ? "age" : "size", isJudged: unjudged === 0, at: lastDropped };
}

function asSum({ signal, reason, bytes, records, oldest, newest, isJudged, at }: DroppedLine): Dropped {
  return {
    files: { age: 0, size: 0, [reason]: 1 },
    bytes,
    records: { logs: 0, metrics: 0, traces: 0, [signal]: records },
    unjudged: isJudged ? 0 : 1,
    oldest,
    newest,
    lastDropped: at,
  };
}

function together(a: Dropped, b: Dropped): Dropped {
  return {
    files: { age: a.files.age + b.files.age, size: a.files.size + b.files.size },
    bytes: a.bytes + b.bytes,
    records: {
      logs: a.records.logs + b.records.logs,
      metrics: a.records.metrics + b.records.metrics,
      traces: a.records.traces + b.records.traces,
    },
    unjudged: a.unjudged + b.unjudged,
    oldest: first(a.oldest, b.oldest),
    newest: last(a.newest, b.newest),
    lastDropped: last(a.lastDropped, b.lastDropped) ?? b.lastDropped,
  };
}

/** ISO 8601 in UTC sorts as text. */
function first(a: string | null, b: string | null): string | null {
  return a !== null && (b === null || a < b) ? a : b;
}

function last(a: string | null, b: string | null): string | null {
  return a !== null && (b === null || a > b) ? a : b;
}
