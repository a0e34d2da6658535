import { join } from "node:path";
import tables from "../../sql/duckdb/tables.sql" with { type: "text" };
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import { updateStore } from "../../src/judge/duckdb/update-store.ts";
import type { Scorecard } from "../../src/judge/score/scorecard.ts";
import { defaultSources } from "../../src/judge/sources.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";

/** The folders of a captured history: `otel/` with its telemetry, `judge/` with its store. */
export function historyPaths(root: string) {
  const otel = join(root, "otel");
  return { libraries: join(root, "lib"), judge: join(root, "judge"), otel, events: join(otel, "masque.jsonl") };
}

/** Every score of a history, and what was wrong with the store; with `store: "none"` from the files alone. */
export async function scoresOf(
  root: string,
  { store = "used" }: { store?: "used" | "none" } = {},
): Promise<{ scorecards: readonly Scorecard[]; eventsRead: number; linesSkipped: number; problem: string | null }> {
  const paths = historyPaths(root);
  const judge = await openJudge(paths);
  try {
    const { store: folder, ...whole } = defaultSources(paths);
    const sources = store === "none" || folder === undefined ? whole : { ...whole, store: folder };
    const { scorecards, eventsRead, linesSkipped, storeProblem } = await judge.score({ kind: "all" }, sources);
    return { scorecards, eventsRead, linesSkipped, problem: storeProblem };
  } finally {
    judge.close();
  }
}

/** Builds a history's store again. */
export async function rebuildStore(root: string): Promise<void> {
  const paths = historyPaths(root);
  const judge = await openJudge(paths);
  try {
    await judge.rebuild(defaultSources(paths));
  } finally {
    judge.close();
  }
}

/** Brings a history's store up to date, however little is new. */
export async function updateStoreNow(root: string): Promise<void> {
  const paths = historyPaths(root);
  const { path } = await nativeLibrary("duckdb", paths);
  using db = DuckDb.open(path, ":memory:", { threads: "1" });
  db.run(tables);
  await updateStore({ db, folder: paths.judge, sources: defaultSources(paths), isRebuild: false });
}

// As a program: `bun tests/support/judge-process.ts update|score ROOT`, for tests that kill it or run many.
if (import.meta.main) {
  const [what, root = ""] = process.argv.slice(2);
  if (what === "update") {
    process.stdout.write("begun\n");
    await updateStoreNow(root);
  } else process.stdout.write(JSON.stringify(await scoresOf(root)));
}
