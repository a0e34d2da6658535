import { join } from "node:path";
import { type Clock, systemClock } from "../../kernel/clock.ts";
import { nativeLibrary } from "../../kernel/files/native-library.ts";
import type { Paths } from "../../kernel/paths.ts";
import type { Judge } from "../port.ts";
import { sqlText, withoutPattern } from "./column-files.ts";
import { DuckDb } from "./duckdb.ts";
import { DuckDbJudge } from "./duckdb-judge.ts";

/**
 * The judge of the running program.
 *
 * @throws {MasqueError} `library.unavailable` when DuckDB cannot be unpacked.
 */
export async function openJudge(
  paths: Pick<Paths, "libraries" | "judge">,
  clock: Clock = systemClock(),
): Promise<Judge> {
  const { path } = await nativeLibrary("duckdb", paths);
  const spillFolder = join(paths.judge, "tmp");
  const settings = {
    temp_directory: spillFolder,
    // Sums of doubles depend on their order: one thread always takes the same.
    threads: "1",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  };
  const open = () => {
    const db = DuckDb.open(path, ":memory:", settings);
    // What telemetry says must never make DuckDB open a file: DuckDB reaches the store, and we read the telemetry ourselves.
    // DuckDB compares the pattern with the folder, and then the file that it finds.
    const allowed = [paths.judge, withoutPattern(paths.judge)].map(sqlText).join(", ");
    db.run(`SET allowed_directories = [${allowed}]; SET enable_external_access = false;`);
    return db;
  };
  return new DuckDbJudge({ open, spillFolder }, clock);
}
