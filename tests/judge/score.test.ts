import { expect, test } from "bun:test";
import { scoreSummary } from "../../src/cli/print/score-text.ts";
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

test("scoreQuantities() follows the definitions: at half-way a curve is at 5", () => {
  expect(score().dimensions).toEqual({
    quality: 8,
    autonomy: 5,
    productivity: (10 * 4) / 7,
    token_efficiency: 6,
    cost_efficiency: 5,
  });
});

/** Quantities of which every dimension is 7. */
const SEVEN: Partial<Quantities> = {
  tools: 70,
  toolsOk: 49,
  prompts: 6,
  activeMin: 7,
  costUsd: 1.05,
  inputTokens: 20,
  cacheReadTokens: 70,
  cacheCreationTokens: 10,
};

test("scoreQuantities() falls with cost and rises with work: no curve is turned round", () => {
  const costly = score({ ...SEVEN, costUsd: 49 }).dimensions.cost_efficiency;
  expect(costly).toBeCloseTo((10 * 0.05) / 1.05, 12);
  expect(score({ ...SEVEN, costUsd: 0 }).dimensions.cost_efficiency).toBe(10);
  expect(score({ ...SEVEN, prompts: 1 }).dimensions.autonomy).toBeCloseTo((10 * 70) / 75, 12);
  expect(score({ ...SEVEN, activeMin: 49 }).dimensions.productivity).toBeCloseTo(10 / 4, 12);
});

test("scoreQuantities() says keep from 7 on, review from 4 on, and doff below", () => {
  const seven = score(SEVEN);
  expect(Object.values(seven.dimensions)).toEqual([7, 7, 7, 7, 7]);
  expect(seven).toMatchObject({ composite: 7, recommendation: "keep" });
  expect(score({ ...SEVEN, costUsd: 1.0501 }).recommendation).toBe("review");
  const low = { ...SEVEN, prompts: 70, toolsOk: 7, costUsd: 49, cacheReadTokens: 0 };
  expect(Number(score(low).composite)).toBeLessThan(4);
  expect(score(low).recommendation).toBe("doff");
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
