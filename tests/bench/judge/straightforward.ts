import { DuckDb } from "../../../src/judge/duckdb/duckdb.ts";
import { nativeLibrary } from "../../../src/kernel/native-library.ts";

/**
 * The straightforward way to bring telemetry into the columns that scoring needs, which the judge's own is held against:
 * DuckDB's reader finds the types, `unnest` takes requests apart down to their attributes, and one aggregate a column puts
 * them side by side again.
 *
 *     bun tests/bench/judge/straightforward.ts FILE
 */

const [file = ""] = process.argv.slice(2);
const { path } = await nativeLibrary("duckdb", { libraries: "unused from source" });
using db = DuckDb.open(path, ":memory:", {});
const began = performance.now();
const textOf = (key: string) => `max(value) FILTER (key = '${key}')`;
const numberOf = (key: string) => `try_cast(${textOf(key)} AS DOUBLE)`;
db.run(`
  CREATE TABLE record AS
  SELECT
    ${textOf("session.id")} AS session, any_value(time)::UBIGINT AS time, any_value(body) AS body,
    ${textOf("event.sequence")} AS seq, ${textOf("prompt.id")} AS prompt, ${textOf("success")} = 'true' AS success,
    ${numberOf("cost_usd")} AS cost, ${numberOf("input_tokens")} AS input, ${numberOf("output_tokens")} AS output,
    ${numberOf("cache_read_tokens")} AS cache_read, ${numberOf("cache_creation_tokens")} AS cache_creation,
    ${textOf("tool_name")} AS tool
  FROM (
    SELECT
      nr, log.timeUnixNano AS time, log.body.stringValue AS body, attribute.key AS key,
      coalesce(
        attribute.value.stringValue, attribute.value.intValue::VARCHAR, attribute.value.doubleValue::VARCHAR
      ) AS value
    FROM (
      SELECT nr, log, unnest(log.attributes) AS attribute
      FROM (
        SELECT row_number() OVER () AS nr, log
        FROM (
          SELECT unnest(scoped.logRecords) AS log
          FROM (
            SELECT unnest(resource.scopeLogs) AS scoped
            FROM (
              SELECT unnest(resourceLogs) AS resource
              FROM read_json_auto('${file.replaceAll("'", "''")}', format = 'newline_delimited')
            )
          )
        )
      )
    )
  )
  GROUP BY nr`);
const [row] = db.query("SELECT count(*) AS records FROM record");
process.stdout.write(`${JSON.stringify({ ms: performance.now() - began, records: row?.["records"] })}\n`);
