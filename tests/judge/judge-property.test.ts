import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import { referenceScoresOf } from "../support/reference-score.ts";
import { hostLine, type LoggedRecord, markLine, NOON_UNIX_NANO, type Value } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const folder = temporaryFolder();
const judge = await openJudge({ libraries: folder.path, judge: folder.path });
afterAll(() => {
  judge.close();
  folder[Symbol.dispose]();
});

const RUNS = 60;
const DIGITS = 9;
const session = fc.constantFrom("s-1", "s-2", "s-3");
/** Half minutes over an hour: times collide, pauses fall on either side of the cap and on it. */
const time = fc.nat(120).map((halfMinutes) => NOON_UNIX_NANO + BigInt(halfMinutes) * 30_000_000_000n + 1n);
const shape = fc.constantFrom("canonical" as const, "javascript" as const);

/** A number in any of the shapes that exporters gave it. */
function written(number: fc.Arbitrary<number>): fc.Arbitrary<Value> {
  return fc.tuple(number, fc.boolean()).map(([value, isText]) => (isText ? String(value) : value));
}

/** What no cost and no count may be: those are absent. */
const outOfRange = fc.constantFrom<Value>(
  -0.6,
  -1,
  "-50000",
  "-0.01",
  "1e301",
  "1.7e308",
  "-1.7e308",
  "Infinity",
  "NaN",
  "",
);
const amount = (number: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 4, arbitrary: written(number) }, { weight: 1, arbitrary: outOfRange });
const tokens = amount(fc.nat(50_000));
const attributes = fc.record(
  {
    "session.id": session,
    "event.sequence": written(fc.nat(3)),
    "prompt.id": fc.constantFrom("p-1", "p-2", "p-3", ""),
    command_name: fc.constantFrom("masques:don", "doff", "list", "masques:judge", "compact", "custom", ""),
    success: fc.constantFrom<Value>("true", "false", true, false),
    cost_usd: amount(fc.oneof(fc.nat(2), fc.double({ min: 0, max: 1, noNaN: true }))),
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_tokens: tokens,
    cache_creation_tokens: tokens,
  },
  { requiredKeys: [] },
);
const record: fc.Arbitrary<LoggedRecord> = fc
  .record({
    unixNano: time,
    body: fc.constantFrom(
      "tool_result",
      "api_request",
      "tool_result",
      "api_request",
      "user_prompt",
      "user_prompt",
      "api_error",
      "other",
    ),
    attributes,
    timeIn: fc.constantFrom("time", "observed", "observed, time 0", "none"),
  })
  .map((one) => ({ ...one, body: `claude_code.${one.body}` }));
const hostLines = fc
  .tuple(fc.array(record, { minLength: 1, maxLength: 6 }), shape)
  .map(([records, as]) => hostLine(records, as));
const broken = fc.constantFrom(
  "",
  "{",
  '{"resourceLogs":[{"scopeLogs"',
  "[]",
  "null",
  '{"resourceLogs":[]}{"resourceLogs":[]}',
);
const logLines = fc.array(fc.oneof({ weight: 9, arbitrary: hostLines }, { weight: 1, arbitrary: broken }), {
  maxLength: 24,
});
const marks = fc.array(
  fc.tuple(
    fc.constantFrom("don" as const, "doff" as const),
    session,
    fc.constantFrom("m-1", "m-2", "m-3"),
    time,
    shape,
    fc.constantFrom("user", "user", "switch", "exit", "clear", undefined),
  ),
  { maxLength: 10 },
);

test("the judge equals the reference on random sessions: spans, duplicates, disorder, mixed shapes, damage", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(logLines, marks, fc.nat(8), async (lines, dons, repeats) => {
      const markLines = dons.map(([kind, id, name, unixNano, as, why]) => {
        const reason = kind === "doff" && why !== undefined ? { reason: why } : {};
        // A masque session belongs to one agent session.
        return markLine(kind, { session: id, masqueSession: `${id}.${name}`, unixNano, name, ...reason }, as);
      });
      // An exporter that retries sends the same request twice; a crashed command appends its event twice.
      const logs = [...lines, ...lines.slice(0, repeats)];
      const events = [...markLines, ...markLines.slice(0, repeats)];
      const sources = {
        logs: [join(folder.path, `logs-${run}.jsonl`)],
        marks: [join(folder.path, `masque-${run++}.jsonl`)],
      };
      writeFileSync(sources.logs[0] ?? "", logs.join("\n"));
      writeFileSync(sources.marks[0] ?? "", events.join("\n"));
      const { scorecards } = await judge.score({ kind: "all" }, sources);
      const byName = new Map(scorecards.map((card) => [`${card.session} ${card.masque_session}`, card]));
      const reference = referenceScoresOf(logs, events);
      expect([...byName.keys()].sort()).toEqual(reference.map((one) => `${one.session} ${one.masque_session}`).sort());
      for (const one of reference) {
        expect(byName.get(`${one.session} ${one.masque_session}`)).toMatchObject(almost(one));
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);

function almost<T extends object>(value: T): T {
  const soft = (inner: unknown): unknown => {
    if (typeof inner === "number") return expect.closeTo(inner, DIGITS);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, soft(one)]));
  };
  return soft(value) as T;
}
