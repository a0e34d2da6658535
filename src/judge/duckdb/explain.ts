import costliestPrompts from "../../../sql/duckdb/costliest-prompts.sql" with { type: "text" };
import failingTools from "../../../sql/duckdb/failing-tools.sql" with { type: "text" };
import { LIMITS } from "../../kernel/limits.ts";
import { stringAt } from "../../kernel/text/json.ts";
import type { Explained, Explanation } from "../explain/explanation.ts";
import type { DuckDb } from "./duckdb.ts";
import { isoAt, numberAt, textAt } from "./rows.ts";
import { takeChosen } from "./take-chosen.ts";

/**
 * Explains the score of one masque session or baseline.
 *
 * @param db With what was read, and its views.
 * @throws {MasqueError} `judge.query-failed`
 */
export function explainSession(db: DuckDb, { session, masque_session }: Explained): Explanation {
  db.run("DELETE FROM chosen");
  // No masque session has an empty id, so the empty text means a baseline.
  db.execute("INSERT INTO chosen VALUES ($session, nullif($masque_session, ''))", {
    session,
    masque_session: masque_session ?? "",
  });
  takeChosen(db);
  const count = LIMITS.explainedMax;
  return {
    failingTools: db.query(failingTools, { count }).map((row) => ({
      tool: stringAt(row, "tool") ?? null,
      failed: numberAt(row, "failed"),
      calls: numberAt(row, "calls"),
    })),
    costliestPrompts: db.query(costliestPrompts, { count }).map((row) => ({
      prompt_id: textAt(row, "prompt"),
      nr: numberAt(row, "nr"),
      began_at: isoAt(row, "began_unix_nano"),
      cost: numberAt(row, "cost"),
      requests: numberAt(row, "requests"),
      tools: numberAt(row, "tools"),
      tools_failed: numberAt(row, "tools_failed"),
    })),
  };
}
