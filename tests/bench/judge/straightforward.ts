import { DuckDb } from "../../../src/judge/duckdb/duckdb.ts";
import { nativeLibrary } from "../../../src/kernel/files/native-library.ts";

/**
 * The straightforward way to bring telemetry into a database, which the judge's own is held against: DuckDB's reader finds
 * the types, and `unnest` takes requests apart down to their attributes, a row each. Columns that scoring could read are
 * not made of them yet.
 *
 *     bun tests/bench/judge/straightforward.ts FILE
 */

const [file = ""] = process.argv.slice(2);
const { path } = await nativeLibrary("duckdb", { libraries: "unused from source" });
using db = DuckDb.open(path, ":memory:", {});
const began = performance.now();
db.run(`
  CREATE TABLE attribute AS
  SELECT resource, scope, log.* EXCLUDE (attributes), unnest(log.attributes, recursive := true)
  FROM (
    SELECT resource, scoped.scope AS scope, unnest(scoped.logRecords) AS log
    FROM (
      SELECT resource.resource AS resource, unnest(resource.scopeLogs) AS scoped
      FROM (
        SELECT unnest(resourceLogs) AS resource
        FROM read_json_auto('${file.replaceAll("'", "''")}', format = 'newline_delimited')
      )
    )
  )`);
const [row] = db.query("SELECT count(*) AS attributes FROM attribute");
process.stdout.write(`${JSON.stringify({ ms: performance.now() - began, attributes: row?.["attributes"] })}\n`);
