import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import type { Sources } from "../../src/judge/port.ts";
import { referenceScoresOf } from "../support/reference-score.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Sessions recorded from real clients, against the numbers that were worked out by hand from docs/scoring.md. */

const RECORDED = join(import.meta.dir, "../fixtures/telemetry");
const folder = temporaryFolder();
const judge = await openJudge({ libraries: folder.path, judge: folder.path });
afterAll(() => {
  judge.close();
  folder[Symbol.dispose]();
});

const REFACTOR = {
  dimensions: {
    quality: 6.6667,
    autonomy: 3.75,
    productivity: 9.3023,
    token_efficiency: 9.6375,
    cost_efficiency: 6.3782,
  },
  composite: 6.8814,
  recommendation: "review",
  confidence: "low",
  active_min: 0.1,
  stats: {
    total_cost: 0.11357,
    total_tools: 6,
    tools_ok: 4,
    prompts: 2,
    input_tokens: 854,
    output_tokens: 525,
    cache_read_tokens: 138100,
    cache_creation_tokens: 4340,
  },
};
const CHAT = {
  dimensions: { quality: null, autonomy: null, productivity: null, token_efficiency: 0, cost_efficiency: null },
  composite: null,
  recommendation: null,
  confidence: "low",
};
const TRACES = { composite: 5.8986, confidence: "low", stats: { total_tools: 1, tools_ok: 1, prompts: 1 } };

describe("recorded sessions", () => {
  test.each([
    ["refactor-http-json", REFACTOR],
    ["refactor-http-protobuf", REFACTOR],
    ["refactor-grpc", REFACTOR],
    ["chat", CHAT],
    ["traces-http-json", TRACES],
  ])("%s scores as worked out by hand", async (name, worked) => {
    const { scorecards, linesSkipped } = await judge.score({ kind: "last" }, sourcesIn(name));
    expect(linesSkipped).toBe(0);
    expect(scorecards).toHaveLength(1);
    expect(scorecards[0]).toMatchObject(close(worked, 4));
  });

  test.each(["refactor-http-json", "chat", "traces-http-json"])("%s scores as the reference does", async (name) => {
    const sources = sourcesIn(name);
    const lines = sources.logs.map((path) => readFileSync(path, "utf8"));
    const { scorecards } = await judge.score({ kind: "all" }, sources);
    const reference = referenceScoresOf(lines, []);
    expect(scorecards.length).toBeGreaterThan(0);
    expect(reference).toHaveLength(scorecards.length);
    for (const [at, card] of scorecards.entries()) expect(card).toMatchObject(close(reference[at] ?? {}, 9));
  });
});

function sourcesIn(name: string): Sources {
  const files = readdirSync(join(RECORDED, name)).sort();
  const logs = files.map((file) => join(RECORDED, name, file));
  return { logs, marks: [join(folder.path, "none.jsonl")] };
}

/** The value with every number to be met to so many decimals. */
function close<T extends object>(value: T, decimals: number): T {
  const soft = (inner: unknown): unknown => {
    if (typeof inner === "number") return expect.closeTo(inner, decimals);
    if (typeof inner !== "object" || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, one]) => [key, soft(one)]));
  };
  return soft(value) as T;
}
