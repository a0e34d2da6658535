import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import tables from "../../sql/duckdb/tables.sql" with { type: "text" };
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { takeRows } from "../../src/judge/duckdb/take-rows.ts";
import { TelemetryReader } from "../../src/judge/reading/telemetry-reader.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const MiB = 1024 * 1024;

test("a TelemetryReader hands few rows of much text over before they are more than memory is meant for", async () => {
  using folder = temporaryFolder();
  const { path } = await nativeLibrary("duckdb", { libraries: folder.path });
  using db = DuckDb.open(path, ":memory:", { threads: "1" });
  db.run(tables);
  const count = LIMITS.judgeTextCharsBuffered / MiB + 8;
  const file = join(folder.path, "foreign.jsonl");
  const lines = Array.from({ length: count }, (_, at) =>
    hostLine([
      {
        unixNano: NOON_UNIX_NANO,
        body: "claude_code.tool_result",
        attributes: { "session.id": "s", tool_name: `${at}`.padEnd(MiB, "x") },
      },
    ]),
  );
  writeFileSync(file, lines.join("\n"));
  const reader = new TelemetryReader();
  let [handedOver, charsMost] = [0, 0];
  const watched = { path: file, source: 0, content: "events", unended: "read" } as const;
  for (const _ of reader.readOn({ ...watched, from: { bytes: 0, lines: 0 } })) {
    charsMost = Math.max(charsMost, reader.rows.records.textChars);
    if (!reader.isFull) continue;
    takeRows(db, reader);
    handedOver += 1;
  }
  expect(handedOver).toBe(1);
  expect(charsMost).toBeLessThan(LIMITS.judgeTextCharsBuffered + 4 * MiB);
  takeRows(db, reader);
  expect(db.query("SELECT count(DISTINCT tool) AS tools FROM fresh")).toEqual([{ tools: count }]);
});
