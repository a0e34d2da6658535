import chooseAll from "../../../sql/duckdb/choose-all.sql" with { type: "text" };
import chooseLast from "../../../sql/duckdb/choose-last.sql" with { type: "text" };
import chooseLastBaseline from "../../../sql/duckdb/choose-last-baseline.sql" with { type: "text" };
import chooseSession from "../../../sql/duckdb/choose-session.sql" with { type: "text" };
import chooseSessionBaseline from "../../../sql/duckdb/choose-session-baseline.sql" with { type: "text" };
import quantities from "../../../sql/duckdb/quantities.sql" with { type: "text" };
import staging from "../../../sql/duckdb/staging.sql" with { type: "text" };
import tables from "../../../sql/duckdb/tables.sql" with { type: "text" };
import views from "../../../sql/duckdb/views.sql" with { type: "text" };
import { statOrUndefined } from "../../kernel/files.ts";
import type { Judge, ReadProgress, ScoreOptions, Selection, SkippedLine, Sources, Verdict } from "../judge.ts";
import { isAmong, lastOf } from "../narrowing.ts";
import type { Subject } from "../quantities.ts";
import { SCALE } from "../scale.ts";
import { scoreQuantities } from "../score.ts";
import type { DuckDb } from "./duckdb.ts";
import { quantitiesIn, subjectIn } from "./rows.ts";
import { TelemetryReader } from "./telemetry-reader.ts";

/** What was read of some sources. */
type Reading = {
  readonly sources: Sources;
  readonly db: DuckDb;
  readonly linesSkipped: number;
  readonly firstSkipped: readonly SkippedLine[];
};

/** The judge over DuckDB: telemetry is read into a database in memory, kept while the same sources are asked about. */
export class DuckDbJudge implements Judge {
  readonly #open: () => DuckDb;
  #reading: Reading | undefined;

  /** @param open Opens an empty database. */
  constructor(open: () => DuckDb) {
    this.#open = open;
  }

  async score(selection: Selection, sources: Sources, options: ScoreOptions = {}): Promise<Verdict> {
    const { db, linesSkipped, firstSkipped } = await this.#read(sources, options);
    choose(db, selection);
    const rows = db.query(quantities, { gap_cap_min: SCALE.gap_cap_min });
    const chosen = narrowed(
      rows.map((row) => ({ subject: subjectIn(row), quantities: quantitiesIn(row) })),
      selection,
    );
    const seen = db.query("SELECT count(*) AS events, count(DISTINCT session) AS sessions FROM record")[0];
    return {
      scorecards: chosen.map((one) => scoreQuantities(one.subject, one.quantities)),
      eventsRead: Number(seen?.["events"]),
      sessionsSeen: Number(seen?.["sessions"]),
      linesSkipped,
      firstSkipped,
    };
  }

  close(): void {
    this.#reading?.db.close();
    this.#reading = undefined;
  }

  async #read(sources: Sources, { onProgress }: ScoreOptions): Promise<Reading> {
    if (this.#reading?.sources === sources) return this.#reading;
    this.close();
    const db = this.#open();
    try {
      db.run(tables + staging + views);
      const reader = new TelemetryReader(db, onProgress && progressOf(sources, onProgress));
      await readSources(db, reader, sources);
      const { linesSkipped, firstSkipped } = reader;
      this.#reading = { sources, db, linesSkipped, firstSkipped };
      return this.#reading;
    } catch (error) {
      db.close();
      throw error;
    }
  }
}

async function readSources(db: DuckDb, reader: TelemetryReader, sources: Sources): Promise<void> {
  for (const path of sources.logs) await reader.read(path, "events-and-marks");
  // What was closed meanwhile may be read twice, in part: equal records count once.
  const closedMeanwhile = sources.listLogs?.().filter((path) => !sources.logs.includes(path)) ?? [];
  for (const path of closedMeanwhile) await reader.read(path, "events-and-marks");
  if (sources.eventsCount === "when-logs-hold-none" && !isEmpty(db, "mark")) return;
  await reader.read(sources.events, "marks");
  if (sources.eventsCount === "when-logs-hold-none") {
    db.run("DELETE FROM mark WHERE session NOT IN (SELECT session FROM record)");
  }
}

/** Counts bytes as they are read, out of what the files hold now. */
function progressOf(sources: Sources, onProgress: (progress: ReadProgress) => void): (bytes: number) => void {
  const sizes = [...sources.logs, sources.events].map((path) => statOrUndefined(path)?.size ?? 0);
  const bytesTotal = sizes.reduce((sum, size) => sum + size, 0);
  let bytesRead = 0;
  return (bytes) => {
    bytesRead = Math.min(bytesRead + bytes, bytesTotal);
    onProgress({ bytesRead, bytesTotal });
  };
}

function narrowed<T extends { readonly subject: Subject }>(found: readonly T[], selection: Selection): readonly T[] {
  const among = selection.kind === "session" ? undefined : selection.among;
  if (!among) return found;
  const those = found.filter(({ subject }) => isAmong(subject, among));
  const last = lastOf(those);
  return selection.kind === "all" || !last ? those : [last];
}

function choose(db: DuckDb, selection: Selection): void {
  db.run("DELETE FROM chosen");
  switch (selection.kind) {
    case "all":
      db.execute(chooseAll);
      return;
    case "last":
      if (selection.among) {
        db.execute(chooseAll);
        return;
      }
      db.execute(chooseLast);
      if (isEmpty(db, "chosen")) db.execute(chooseLastBaseline);
      return;
    case "session":
      db.execute(chooseSession, { id: selection.id });
      if (isEmpty(db, "chosen")) db.execute(chooseSessionBaseline, { id: selection.id });
      return;
    default:
      selection satisfies never;
  }
}

function isEmpty(db: DuckDb, table: "mark" | "chosen"): boolean {
  return db.query(`SELECT 1 AS one FROM ${table} LIMIT 1`).length === 0;
}
