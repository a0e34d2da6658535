import type { DuckDb } from "./duckdb.ts";

/**
 * Fills the table `record` with all that is seen of the sessions in `chosen`, and with nothing else. The table is made anew:
 * rows that are deleted keep their memory in a database that is never checkpointed, which is how 800 MB were once reached.
 *
 * @throws {MasqueError} `judge.query-failed`
 */
export function takeChosen(db: DuckDb): void {
  db.run("CREATE OR REPLACE TABLE record AS FROM seen WHERE session IN (SELECT session FROM chosen)");
}
