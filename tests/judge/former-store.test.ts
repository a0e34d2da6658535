import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";
import { historyPaths, scoresOf, updateStoreNow } from "../support/judge-process.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** A store of an earlier version may hold what no reader lets in any more. */

test("rows that only a former store has are taken over in their range, and without dons that lay among logs", async () => {
  using folder = temporaryFolder();
  const paths = historyPaths(folder.path);
  mkdirSync(paths.otel);
  const event = (body: string, seq: number) => ({
    unixNano: NOON_UNIX_NANO + BigInt(seq),
    body: `claude_code.${body}`,
    attributes: { "session.id": "s-1", "event.sequence": seq, success: "true", cost_usd: 0.5, input_tokens: 5 },
  });
  const log = join(paths.otel, "logs.jsonl");
  writeFileSync(log, `${hostLine([event("tool_result", 1), event("api_request", 2)])}\n`);
  writeFileSync(
    paths.events,
    `${markLine("don", { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO })}\n`,
  );
  await updateStoreNow(folder.path);
  const path = join(paths.judge, "store.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const records = join(paths.judge, manifest.records[0].file);
  const marks = join(paths.judge, manifest.marks.file);
  await rewrite(paths, records, "SELECT * REPLACE (-0.6 AS cost, 'inf'::DOUBLE AS input) FROM");
  await rewrite(paths, marks, "SELECT * REPLACE (0 AS source) FROM");
  manifest.records[0].bytes = statSync(records).size;
  manifest.marks.bytes = statSync(marks).size;
  writeFileSync(path, JSON.stringify({ ...manifest, format: 2 }));
  rmSync(log);
  rmSync(paths.events);
  const { scorecards, problem } = await scoresOf(folder.path);
  expect(problem).toBeNull();
  expect(scorecards).toMatchObject([
    { session: "s-1", masque_session: null, stats: { total_tools: 1, total_cost: null, input_tokens: null } },
  ]);
  expect(JSON.parse(readFileSync(path, "utf8")).format).toBeGreaterThan(2);
});

async function rewrite(paths: ReturnType<typeof historyPaths>, file: string, select: string): Promise<void> {
  const { path } = await nativeLibrary("duckdb", paths);
  using db = DuckDb.open(path, ":memory:", { threads: "1" });
  db.run(`CREATE TABLE changed AS ${select} read_parquet('${file}'); COPY changed TO '${file}' (FORMAT parquet)`);
}
