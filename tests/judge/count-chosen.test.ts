import { expect, test } from "bun:test";
import fc from "fast-check";
import chooseAll from "../../sql/duckdb/choose-all.sql" with { type: "text" };
import tables from "../../sql/duckdb/tables.sql" with { type: "text" };
import views from "../../sql/duckdb/views.sql" with { type: "text" };
import { countChosen } from "../../src/judge/duckdb/count-chosen.ts";
import { DuckDb } from "../../src/judge/duckdb/duckdb.ts";
import type { JudgeProgress } from "../../src/judge/port.ts";
import { LineReader } from "../../src/judge/reading/line-reader.ts";
import { nativeLibrary } from "../../src/kernel/files/native-library.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";

const { path } = await nativeLibrary("duckdb", { libraries: "unused from source" });
const SECOND = 1_000_000_000n;

/** Some events of some sessions, some of which wear a masque from some second on. */
const history = fc.array(
  fc.record({
    session: fc.constantFrom("s-1", "s-2", "s-3", "S-é", "😀", "ﬀ", "s-10"),
    second: fc.nat(600),
    what: fc.constantFrom("claude_code.tool_result", "claude_code.api_request", "don", "doff"),
  }),
  { minLength: 8, maxLength: 60 },
);

test("countChosen() counts the same, in the same order, however many turns sessions take", () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 20 }), (events, rowsMax) => {
      using db = databaseOf(events);
      const records = events.filter(({ what }) => what.startsWith("claude_code")).length;
      const told: JudgeProgress[] = [];
      const inTurns = countChosen(db, { records, rowsMax, onProgress: (progress) => void told.push(progress) });
      db.run("DELETE FROM chosen");
      db.execute(chooseAll, { terminals: 0, prefix: "terminal:" });
      expect(inTurns).toEqual(countChosen(db, { records, rowsMax: Number.POSITIVE_INFINITY }));
      const sessions = db.query("SELECT DISTINCT session FROM chosen").length;
      const turns = records > rowsMax && sessions > 1;
      expect(told.length > 0).toBe(turns);
      if (turns) expect(told[0]).toEqual({ doing: "scoring", sessionsScored: 0, sessionsTotal: sessions });
    }),
    { numRuns: 25 },
  );
}, 60_000);

test("countChosen() holds no more than a turn's records", () => {
  const events = ["a", "b", "c", "d"].flatMap((session) =>
    Array.from({ length: 50 }, (_, second) => ({ session, second, what: "claude_code.tool_result" })),
  );
  using db = databaseOf(events);
  countChosen(db, { records: events.length, rowsMax: 50 });
  expect(db.query("SELECT count(*) AS rows, count(DISTINCT session) AS sessions FROM record")).toEqual([
    { rows: 50, sessions: 1 },
  ]);
});

type Event = { readonly session: string; readonly second: number; readonly what: string };

function databaseOf(events: readonly Event[]): DuckDb {
  const db = DuckDb.open(path, ":memory:", { threads: "1" });
  const reader = new LineReader();
  for (const [line, event] of events.entries()) {
    reader.readLine(Buffer.from(lineOf(event)), 0, { source: 0, line, content: "events" });
  }
  db.run(tables);
  db.append("fresh", reader.rows.records);
  db.append("mark", reader.rows.marks);
  db.run("CREATE VIEW seen AS FROM fresh");
  db.run(views);
  db.execute(chooseAll, { terminals: 0, prefix: "terminal:" });
  return db;
}

function lineOf({ session, second, what }: Event): string {
  const unixNano = NOON_UNIX_NANO + BigInt(second) * SECOND;
  if (what === "don" || what === "doff") return markLine(what, { session, masqueSession: `m-${session}`, unixNano });
  const attributes = { "session.id": session, "prompt.id": `p-${second % 3}`, success: "true", cost_usd: second / 7 };
  return hostLine([{ unixNano, body: what, attributes }]);
}
