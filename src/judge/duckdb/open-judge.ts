import { join } from "node:path";
import { nativeLibrary } from "../../kernel/native-library.ts";
import type { Paths } from "../../kernel/paths.ts";
import type { Judge } from "../judge.ts";
import { DuckDb } from "./duckdb.ts";
import { DuckDbJudge } from "./duckdb-judge.ts";

/**
 * The judge of the running program.
 *
 * @throws {MasqueError} `library.unavailable` when DuckDB cannot be unpacked.
 */
export async function openJudge(paths: Pick<Paths, "libraries" | "judge">): Promise<Judge> {
  const { path } = await nativeLibrary("duckdb", paths);
  const settings = {
    temp_directory: join(paths.judge, "tmp"),
    // We read the files ourselves; what telemetry says must never make DuckDB open a file or fetch an extension.
    enable_external_access: "false",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  };
  return new DuckDbJudge(() => DuckDb.open(path, ":memory:", settings));
}
