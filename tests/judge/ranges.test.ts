import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Quantities } from "../../src/judge/score/quantities.ts";
import { DIMENSIONS } from "../../src/judge/score/scorecard.ts";
import { scorecard } from "../support/scorecards.ts";
import { hostLine, NOON_UNIX_NANO, type Value } from "../support/telemetry-lines.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** A number is in its range or absent: whatever telemetry says, in every format and at every bar. */

const event = (body: string, seq: number, more: Readonly<Record<string, Value>>) => ({
  unixNano: NOON_UNIX_NANO + BigInt(seq) * 1_000_000_000n,
  body: `claude_code.${body}`,
  attributes: { "session.id": "s-1", "event.sequence": seq, "prompt.id": "p-1", ...more },
});

/** A session of one model request that reports these numbers, and of some tools that succeeded. */
function captured(world: TestDeps, request: Readonly<Record<string, Value>>, tools = 4): void {
  mkdirSync(world.deps.paths.otel, { recursive: true });
  const worked = Array.from({ length: tools }, (_, at) => event("tool_result", at + 1, { success: "true" }));
  writeFileSync(
    join(world.deps.paths.otel, "logs.jsonl"),
    `${hostLine([event("api_request", 0, request), ...worked])}\n`,
  );
}

const TOKENS = ["input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"] as const;

describe("a number that telemetry may not hold", () => {
  test.each<Value>([-0.6, "-0.6", -1e-9, "-1e300", "1e301", "Infinity", "-Infinity", "NaN", "x", true])(
    "a cost of %p is absent, and passes no bar",
    async (cost) => {
      await using world = testDeps();
      captured(world, { cost_usd: cost, input_tokens: 10, cache_read_tokens: 90 });
      const { exit, stdout, stderr } = await world.run("judge", "--json", "--max-cost", "5");
      const card = JSON.parse(stdout);
      expect(card.stats.total_cost).toBeNull();
      expect(card.dimensions.cost_efficiency).toBeNull();
      expect(card.absent).toMatchObject({ total_cost: "no model request reported what it cost" });
      expect(card.composite).toBeGreaterThan(0);
      expect(card.composite).toBeLessThanOrEqual(10);
      expect({ exit, stderr }).toMatchObject({ exit: 4, stderr: expect.stringContaining("cost is absent") });
      const best = await world.run("judge", "--min-composite", "9.99");
      expect(best.exit).toBe(4);
      expect((await world.run("judge", "--min-cost-efficiency", "0")).exit).toBe(4);
    },
  );

  test.each<Value>([-1507, "-1507", "1e301"])("tokens of %p are absent", async (tokens) => {
    await using world = testDeps();
    captured(world, { cost_usd: 0.01, ...Object.fromEntries(TOKENS.map((name) => [name, tokens])) });
    const { stdout } = await world.run("judge", "--json");
    const card = JSON.parse(stdout);
    for (const name of TOKENS) {
      expect(card.stats[name]).toBeNull();
      expect(card.absent[name]).toBe("no model request reported any");
    }
    expect(card.dimensions.token_efficiency).toBeNull();
    expect((await world.run("judge", "--min-token-efficiency", "0")).exit).toBe(4);
    expect((await world.run("performance")).stdout).toContain("tokens unknown");
  });
});

test("a session in which no request reported a cost has no cost in any format, and says so", async () => {
  await using world = testDeps();
  captured(world, { input_tokens: 10 });
  for (const format of ["yaml", "json", "ndjson", "markdown", "junit", "github"]) {
    const { exit, stdout } = await world.run("judge", "--format", format);
    expect(exit).toBe(0);
    expect(stdout).not.toMatch(/\$0|total_cost"?[:=] ?"?0/);
  }
  const { stdout } = await world.run("performance");
  expect(stdout).toContain("cost unknown");
  expect(stdout).not.toContain("$0");
});

test("a session without a tool or model request has no active time, and the text says that it is unknown", async () => {
  await using world = testDeps();
  mkdirSync(world.deps.paths.otel, { recursive: true });
  writeFileSync(join(world.deps.paths.otel, "logs.jsonl"), `${hostLine([event("user_prompt", 0, {})])}\n`);
  const { stdout } = await world.run("judge", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    active_min: null,
    stats: { total_cost: null },
    absent: { active_min: "neither a tool nor a model request ran" },
  });
  const shown = (await world.run("performance")).stdout;
  expect(shown).toMatch(/active time unknown · cost unknown\s+tokens unknown/);
  expect(shown).not.toContain("0.1 active min");
});

test("scores and the composite lie in 0 to 10, whatever was counted", () => {
  const amount = fc.option(fc.oneof(fc.nat(1e6), fc.double({ min: 0, max: 1e300, noNaN: true })), { nil: null });
  const counts = fc
    .tuple(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([tools, share]) => ({ tools, toolsOk: Math.round(tools * share) }));
  const amounts = fc.record({
    activeMin: amount,
    costUsd: amount,
    inputTokens: amount,
    outputTokens: amount,
    cacheReadTokens: amount,
    cacheCreationTokens: amount,
    prompts: fc.nat(50),
  });
  fc.assert(
    fc.property(counts, amounts, (of, more) => {
      const card = scorecard({}, { ...of, ...more });
      const scores = [card.composite, ...DIMENSIONS.map((name) => card.dimensions[name])];
      for (const score of scores) expect(score === null || (score >= 0 && score <= 10)).toBe(true);
      expect(card.stats.total_cost).toBe(more.costUsd);
      for (const [name, value] of Object.entries({ ...card.stats, ...card.dimensions })) {
        expect(name in card.absent).toBe(value === null);
      }
    }),
  );
});

test.each<Partial<Quantities>>([{ costUsd: -0.6 }, { costUsd: -0.4 }, { toolsOk: 11 }, { activeMin: Number.NaN }])(
  "a number that should not exist past the reader stops the score: %p",
  (quantities) => {
    expect(() => scorecard({}, quantities)).toThrow(TypeError);
  },
);
