import { expect, test } from "bun:test";
import { scoreSummary } from "../../src/cli/judge/score-text.ts";
import type { Quantities, Subject } from "../../src/judge/score/quantities.ts";
import { scoreQuantities } from "../../src/judge/score/score.ts";
import { parseSessionId } from "../../src/kernel/ids.ts";
import { QUANTITIES } from "../support/scorecards.ts";

const session = parseSessionId("s-1");
if (!session) throw new TypeError("not an id");
const SUBJECT: Subject = {
  session,
  masqueSession: null,
  masque: null,
  version: null,
  digest: null,
  startedUnixNano: 0n,
  durationMin: 1,
  project: null,
  latestUnixNano: 0n,
};
const score = (more: Partial<Quantities> = {}) => scoreQuantities(SUBJECT, { ...QUANTITIES, ...more });

test("scoreQuantities() follows the definitions: at half-way a curve stands at 5", () => {
  expect(score().dimensions).toEqual({
    quality: 8,
    autonomy: 5,
    productivity: (10 * 4) / 7,
    token_efficiency: 6,
    cost_efficiency: 5,
  });
});

test.each([
  ["no tool ran", { tools: 0, toolsOk: 0 }, ["quality", "autonomy", "productivity", "cost_efficiency"]],
  ["no input tokens", { inputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 }, ["token_efficiency"]],
  ["no model request with a cost", { costUsd: null }, ["cost_efficiency"]],
])("scoreQuantities() gives no number for what it cannot know, and why: %s", (_, more, absent) => {
  const card = score(more);
  for (const [name, value] of Object.entries(card.dimensions)) {
    expect(value === null).toBe(absent.includes(name));
    expect(name in card.absent).toBe(absent.includes(name));
  }
});

test("scoreQuantities() gives neither a start nor a duration where no event carries a time, and says why", () => {
  const card = scoreQuantities(
    { ...SUBJECT, startedUnixNano: null, durationMin: null },
    { ...QUANTITIES, activeMin: 0 },
  );
  expect(card).toMatchObject({ started_at: null, duration_min: null, active_min: 0.1 });
  expect(card.absent).toEqual({ started_at: "no event carries a time", duration_min: "no event carries a time" });
});

test("scoreQuantities() renormalises the weights over what is present", () => {
  const { dimensions: d, composite } = score({ inputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0 });
  const sum = 0.3 * Number(d.quality) + 0.25 * Number(d.autonomy) + 0.2 * Number(d.productivity);
  expect(composite).toBeCloseTo((sum + 0.1 * Number(d.cost_efficiency)) / 0.85, 12);
});

test("scoreQuantities() gives 0 for cost when nothing succeeded, and never divides by it", () => {
  expect(score({ toolsOk: 0 }).dimensions).toMatchObject({ quality: 0, productivity: 0, cost_efficiency: 0 });
});

test("scoreQuantities() has no session shorter than the floor", () => {
  expect(score({ activeMin: 0 })).toMatchObject({ active_min: 0.1, dimensions: { productivity: (10 * 80) / 83 } });
});

test.each([
  [9, "low"],
  [10, "medium"],
  [29, "medium"],
  [30, "high"],
])("scoreQuantities() trusts %d tool results: %s", (tools, confidence) => {
  expect(score({ tools, toolsOk: 1 }).confidence).toBe(confidence as "low");
});

test("scoreSummary() says what is absent and why, in at most eight lines", () => {
  const text = scoreSummary(score({ tools: 0, toolsOk: 0 }));
  expect(text).toContain("Absent: quality, autonomy, productivity, cost efficiency (no tool ran)");
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(8);
  expect(scoreSummary(score())).toContain("6.2 of 10, worth a review (medium confidence)");
});
