import quantities from "../../../sql/duckdb/quantities.sql" with { type: "text" };
import { type JsonObject, stringAt } from "../../kernel/text/json.ts";
import type { ScoreOptions } from "../port.ts";
import { SCALE } from "../score/scale.ts";
import type { DuckDb } from "./duckdb.ts";
import { takeChosen } from "./take-chosen.ts";

/** How much is counted at once, and the callback for progress. */
export type Counting = {
  /** Records of all sessions that were read. */
  readonly records: number;
  readonly rowsMax: number;
  readonly onProgress?: ScoreOptions["onProgress"];
};

/**
 * Counts what is in the table `chosen`: one row of `quantities.sql` for each, oldest first. Sessions share nothing. So where
 * there are more records than may be in memory at once, sessions are counted in turns, in the order of their ids.
 *
 * @throws {MasqueError} `judge.query-failed`
 */
export function countChosen(db: DuckDb, counting: Counting): JsonObject[] {
  const { records, rowsMax, onProgress } = counting;
  const sessions = records <= rowsMax ? [] : chosenSessions(db);
  if (sessions.length <= 1) return countAtOnce(db);
  db.run("CREATE OR REPLACE TABLE all_chosen AS FROM chosen");
  const sessionsTotal = sessions.length;
  const turnSessions = Math.ceil(sessionsTotal / Math.ceil(records / rowsMax));
  const rows: JsonObject[] = [];
  for (let from = 0; from < sessionsTotal; from += turnSessions) {
    onProgress?.({ doing: "scoring", sessionsScored: from, sessionsTotal });
    const [first, last] = [sessions[from], sessions[Math.min(from + turnSessions, sessionsTotal) - 1]];
    if (first === undefined || last === undefined) break;
    db.run("DELETE FROM chosen");
    db.execute("INSERT INTO chosen FROM all_chosen WHERE session BETWEEN $first AND $last", { first, last });
    rows.push(...countAtOnce(db));
  }
  return rows.sort(asTheQueryOrders);
}

function countAtOnce(db: DuckDb): JsonObject[] {
  takeChosen(db);
  return db.query(quantities, { gap_cap_min: SCALE.gap_cap_min });
}

function chosenSessions(db: DuckDb): string[] {
  const rows = db.query("SELECT DISTINCT session FROM chosen ORDER BY session");
  return rows.flatMap((row) => stringAt(row, "session") ?? []);
}

function asTheQueryOrders(a: JsonObject, b: JsonObject): number {
  const [startA, startB] = [startOf(a), startOf(b)];
  if (startA !== startB) return startA < startB ? -1 : 1;
  return compareBytes(a, b, "session") || compareBytes(a, b, "masque_session");
}

/** A session without a time comes first. */
function startOf(row: JsonObject): bigint {
  return BigInt(stringAt(row, "started_unix_nano") ?? "-1");
}

/** DuckDB compares bytes; so a baseline, of no masque session, comes first. */
function compareBytes(a: JsonObject, b: JsonObject, key: string): number {
  return Buffer.compare(Buffer.from(stringAt(a, key) ?? ""), Buffer.from(stringAt(b, key) ?? ""));
}
