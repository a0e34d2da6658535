import type { TelemetryReader } from "../reading/telemetry-reader.ts";
import type { DuckDb } from "./duckdb.ts";

/**
 * Moves what a reader holds into the tables `fresh` and `mark`.
 *
 * @throws {MasqueError} `judge.query-failed`
 */
export function takeRows(db: DuckDb, reader: TelemetryReader): void {
  const { records, marks } = reader.rows;
  db.append("fresh", records);
  db.append("mark", marks);
  reader.clear();
}
