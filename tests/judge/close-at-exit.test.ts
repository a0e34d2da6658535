import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { DuckDbJudge } from "../../src/judge/duckdb/duckdb-judge.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

test.each([
  ["closes the database when DuckDB has made the folder for what does not fit into memory", true],
  ["leaves the database to the system when DuckDB has written nothing", false],
])("closeAtExit() %s", async (_, hasSpilled) => {
  using folder = temporaryFolder();
  const { path } = await nativeLibrary("duckdb", { libraries: folder.path });
  using db = DuckDb.open(path, ":memory:", { threads: "1" });
  const spillFolder = join(folder.path, "tmp");
  const judge = new DuckDbJudge({ open: () => db, spillFolder }, systemClock());
  await judge.score({ kind: "all" }, { logs: [], marks: [] });
  if (hasSpilled) mkdirSync(spillFolder);
  judge.closeAtExit();
  const use = () => db.run("SELECT 1");
  if (hasSpilled) expect(use).toThrow("This database is closed");
  else expect(use).not.toThrow();
});
