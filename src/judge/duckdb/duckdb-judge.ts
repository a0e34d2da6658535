import chooseAll from "../../../sql/duckdb/choose-all.sql" with { type: "text" };
import chooseLast from "../../../sql/duckdb/choose-last.sql" with { type: "text" };
import chooseLastBaseline from "../../../sql/duckdb/choose-last-baseline.sql" with { type: "text" };
import chooseSession from "../../../sql/duckdb/choose-session.sql" with { type: "text" };
import chooseSessionBaseline from "../../../sql/duckdb/choose-session-baseline.sql" with { type: "text" };
import quantities from "../../../sql/duckdb/quantities.sql" with { type: "text" };
import staging from "../../../sql/duckdb/staging.sql" with { type: "text" };
import tables from "../../../sql/duckdb/tables.sql" with { type: "text" };
import views from "../../../sql/duckdb/views.sql" with { type: "text" };
import type { Judge, Selection, Sources, Verdict } from "../judge.ts";
import { SCALE } from "../scale.ts";
import { scoreQuantities } from "../score.ts";
import type { DuckDb } from "./duckdb.ts";
import { quantitiesIn, subjectIn } from "./rows.ts";
import { TelemetryReader } from "./telemetry-reader.ts";

/** The judge over DuckDB: each scoring is a database of its own in memory, gone with the answer. */
export class DuckDbJudge implements Judge {
  readonly #open: () => DuckDb;

  /** @param open Opens an empty database. */
  constructor(open: () => DuckDb) {
    this.#open = open;
  }

  async score(selection: Selection, sources: Sources): Promise<Verdict> {
    using db = this.#open();
    db.run(tables + staging + views);
    const reader = new TelemetryReader(db);
    await readSources(db, reader, sources);
    choose(db, selection);
    const rows = db.query(quantities, { gap_cap_min: SCALE.gap_cap_min });
    const seen = db.query("SELECT count(*) AS events, count(DISTINCT session) AS sessions FROM record")[0];
    return {
      scorecards: rows.map((row) => scoreQuantities(subjectIn(row), quantitiesIn(row))),
      eventsRead: Number(seen?.["events"]),
      sessionsSeen: Number(seen?.["sessions"]),
      linesSkipped: reader.linesSkipped,
    };
  }

  /** Nothing stays open between scorings. */
  close(): void {
    // The port has it for judges that keep something.
  }
}

async function readSources(db: DuckDb, reader: TelemetryReader, sources: Sources): Promise<void> {
  for (const path of sources.logs) await reader.read(path, "events-and-marks");
  if (sources.eventsCount === "when-logs-hold-none" && !isEmpty(db, "mark")) return;
  await reader.read(sources.events, "marks");
  if (sources.eventsCount === "when-logs-hold-none") {
    db.run("DELETE FROM mark WHERE session NOT IN (SELECT session FROM record)");
  }
}

function choose(db: DuckDb, selection: Selection): void {
  switch (selection.kind) {
    case "all":
      db.execute(chooseAll);
      return;
    case "last":
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
