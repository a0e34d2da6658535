import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { historyPaths, scoresOf, updateStoreNow } from "../support/judge-process.ts";
import { hostLine, type LoggedRecord, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/**
 * One history told in many ways: order, repetition, splitting into requests and files, either exporter's numbers, rotation,
 * and updates of the store anywhere between. The scores are always the same.
 */

const RUNS = 12;
const DIGITS = 9;
const session = fc.constantFrom("s-1", "s-2");

/** Events that all differ in time, so that the order in which they are written does not matter. */
const events: fc.Arbitrary<readonly LoggedRecord[]> = fc
  .array(
    fc.record({
      body: fc.constantFrom("tool_result", "api_request", "user_prompt", "api_error"),
      session,
      prompt: fc.constantFrom("p-1", "p-2", "p-3"),
      success: fc.boolean(),
      cost: fc.oneof(fc.nat(2), fc.double({ min: 0, max: 1, noNaN: true })),
      tokens: fc.nat(50_000),
      gapSeconds: fc.nat(400),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((all) => {
    let unixNano = NOON_UNIX_NANO;
    return all.map(({ body, gapSeconds, ...one }, n) => {
      unixNano += BigInt(gapSeconds) * 1_000_000_000n + 1n;
      const attributes = {
        "session.id": one.session,
        "event.sequence": n,
        "prompt.id": one.prompt,
        success: one.success,
        cost_usd: one.cost,
        input_tokens: one.tokens,
        cache_read_tokens: one.tokens * 3,
      };
      return { unixNano, body: `claude_code.${body}`, attributes };
    });
  });
const marks = fc.array(fc.tuple(fc.constantFrom("don" as const, "doff" as const), session, fc.nat(3_600)), {
  maxLength: 5,
});
/** How a history is written: in which order, how much at a time, written how, and what happens after each request. */
const telling = fc.record({
  order: fc.infiniteStream(fc.nat(1_000_000)),
  sizes: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
  shapes: fc.infiniteStream(fc.constantFrom("canonical" as const, "javascript" as const)),
  texts: fc.infiniteStream(fc.boolean()),
  repeats: fc.infiniteStream(fc.nat(4)),
  after: fc.infiniteStream(fc.constantFrom("nothing", "nothing", "rotate", "update", "update", "rotate and update")),
});

test("order, repetition, files, encodings and updates of the store never change a score", async () => {
  await fc.assert(
    fc.asyncProperty(events, marks, telling, async (all, dons, told) => {
      using plain = temporaryFolder();
      using varied = temporaryFolder();
      for (const { path } of [plain, varied]) mkdirSync(historyPaths(path).otel, { recursive: true });
      const markLines = dons.map(([kind, id, second], n) =>
        markLine(kind, {
          session: id,
          masqueSession: `${id}.${n}`,
          unixNano: NOON_UNIX_NANO + BigInt(second) * 1_000_000_000n + BigInt(n),
        }),
      );
      for (const { path } of [plain, varied]) {
        if (markLines.length > 0) appendFileSync(historyPaths(path).events, `${markLines.join("\n")}\n`);
      }
      appendFileSync(join(historyPaths(plain.path).otel, "logs.jsonl"), `${hostLine(all)}\n`);
      await tell(varied.path, all, told);
      const expected = await scoresOf(plain.path, { store: "none" });
      const withStore = await scoresOf(varied.path);
      const withoutStore = await scoresOf(varied.path, { store: "none" });
      expect(withStore.problem).toBeNull();
      expect(JSON.stringify(withStore.scorecards)).toBe(JSON.stringify(withoutStore.scorecards));
      expect<unknown>(withStore.scorecards).toEqual(almost(expected.scorecards));
    }),
    { numRuns: RUNS },
  );
}, 120_000);

type Telling = typeof telling extends fc.Arbitrary<infer T> ? T : never;

async function tell(root: string, all: readonly LoggedRecord[], told: Telling): Promise<void> {
  const { otel } = historyPaths(root);
  const log = join(otel, "logs.jsonl");
  const keyed = all.map((event) => ({ event, key: next(told.order) })).sort((a, b) => a.key - b.key);
  let rotations = 0;
  for (let from = 0; from < keyed.length; ) {
    const size = next(told.sizes);
    const shape = next(told.shapes);
    const line = hostLine(
      keyed.slice(from, from + size).map(({ event }) => (next(told.texts) ? inTexts(event) : event)),
      shape,
    );
    from += size;
    const after = next(told.after);
    appendFileSync(log, next(told.repeats) === 0 ? `${line}\n${line}\n` : `${line}\n`);
    if (after.startsWith("rotate")) renameSync(log, join(otel, segmentName("logs", 1_000 + rotations++)));
    if (after.endsWith("update")) await updateStoreNow(root);
  }
}

/** The same event as an exporter writes it that knows no numbers. */
function inTexts(event: LoggedRecord): LoggedRecord {
  const attributes = Object.fromEntries(Object.entries(event.attributes).map(([key, value]) => [key, String(value)]));
  return { ...event, attributes };
}

function next<T>(stream: Iterator<T>): T {
  const { done, value } = stream.next();
  if (done) throw new RangeError("The stream is endless");
  return value;
}

function almost(value: unknown): unknown {
  if (typeof value === "number") return expect.closeTo(value, DIGITS);
  if (Array.isArray(value)) return value.map(almost);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, almost(one)]));
}
