import place from "../../../sql/duckdb/place.sql" with { type: "text" };
import repeatedRecords from "../../../sql/duckdb/repeated-records.sql" with { type: "text" };
import type { DuckDb } from "./duckdb.ts";

const REPEATED = "SELECT 1 AS one FROM record GROUP BY session, time, body, seq HAVING count(*) > 1 LIMIT 1";

/**
 * Fills the table `record` with all that is seen of the sessions in `chosen`, each event once, and the table `placed` with
 * the same events in their spans. The tables are made again: in a database that is never checkpointed, deleted rows keep
 * their memory, which once reached 800 MB.
 *
 * @throws {MasqueError} `judge.query-failed`
 */
export function takeChosen(db: DuckDb): void {
  db.run("CREATE OR REPLACE TABLE record AS FROM seen WHERE session IN (SELECT session FROM chosen)");
  // Few files hold an event twice, so nothing is sorted before that is known.
  if (db.query(REPEATED).length > 0) db.run(repeatedRecords);
  db.run(place);
}
