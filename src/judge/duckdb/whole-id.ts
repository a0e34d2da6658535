import idsBeginning from "../../../sql/duckdb/ids-beginning.sql" with { type: "text" };
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { DuckDb } from "./duckdb.ts";
import { textAt } from "./rows.ts";

/**
 * The id that begins with `prefix`, of an agent session or a masque session.
 *
 * @returns `undefined` when no id begins so, or when the prefix is too short to mean one.
 * @throws {MasqueError} `judge.ambiguous` when several ids begin so; `judge.query-failed`
 */
export function wholeId(db: DuckDb, prefix: string): string | undefined {
  if (prefix.length < LIMITS.idPrefixCharsMin) return undefined;
  const count = LIMITS.idsNamedMax + 1;
  const ids = db.query(idsBeginning, { prefix, count }).map((row) => textAt(row, "id"));
  if (ids.length > 1) throw ambiguous(prefix, ids);
  return ids[0];
}

function ambiguous(prefix: string, ids: readonly string[]): MasqueError {
  const named = ids.slice(0, LIMITS.idsNamedMax).map((id) => `"${printableLine(id)}"`);
  const more = ids.length > LIMITS.idsNamedMax ? " and others" : "";
  return new MasqueError(
    "judge.ambiguous",
    `Cannot judge session "${printableLine(prefix)}": several ids begin with it: ${named.join(", ")}${more}`,
    { try: "masque sessions" },
  );
}
