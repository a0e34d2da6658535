import { expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { rebuildStore, scoresOf } from "../support/judge-process.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The names of the folders above the data never change a score. */

/** Names that DuckDB reads as partitions, columns or patterns, or that SQL reads as text. */
const PARTS = [
  "session",
  "time",
  "cost",
  "success",
  "prompt",
  "source",
  "=",
  "1",
  "0",
  "%3D",
  "*",
  "?",
  "[a]",
  "{b,c}",
];
const MORE = ["'", '"', " ", "~", "$", ";", "--", "é", "#", "\\", "!", "(", ")", "\n", ",", "masque"];

function write(root: string): void {
  const otel = join(root, "otel");
  mkdirSync(otel, { recursive: true });
  const tool = (seq: number) => ({
    unixNano: NOON_UNIX_NANO + BigInt(seq) * 60_000_000_000n,
    body: seq % 2 === 0 ? "claude_code.tool_result" : "claude_code.api_request",
    attributes: { "session.id": "s-1", "event.sequence": seq, "prompt.id": "p-1", success: "true", cost_usd: 0.25 },
  });
  writeFileSync(join(otel, "logs.jsonl"), `${[0, 1, 2, 3, 4].map((seq) => hostLine([tool(seq)])).join("\n")}\n`);
  writeFileSync(
    join(otel, "masque.jsonl"),
    `${markLine("don", { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO + 1n })}\n`,
  );
}

async function scored(root: string) {
  mkdirSync(root, { recursive: true });
  write(root);
  await rebuildStore(root);
  const { scorecards, eventsRead, problem } = await scoresOf(root);
  return { scorecards, eventsRead, problem };
}

test("no name of a folder on the way to the data changes a score", async () => {
  using plain = temporaryFolder();
  const expected = await scored(join(plain.path, "plain"));
  expect(expected).toMatchObject({ eventsRead: 5, problem: null });
  expect(expected.scorecards).toHaveLength(2);
  const name = fc
    .array(fc.constantFrom(...PARTS, ...MORE), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(""))
    .filter((text) => text !== "." && text !== ".." && !text.includes("/"));
  const given = ["session=x", "time=1", "cost=9", "source=7", "pos=1", "[s]", "*", "{a,b}", "o'neill", "a\nb=c"];
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.constantFrom(...given), name), name, async (outer, inner) => {
      using folder = temporaryFolder();
      const root = join(folder.path, outer, inner);
      expect(await scored(root)).toEqual(expected);
      rmSync(dirname(root), { recursive: true });
    }),
    { numRuns: 40, examples: given.map((one) => [one, "x"] as [string, string]) },
  );
}, 120_000);
