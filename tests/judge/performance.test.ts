import { describe, expect, test } from "bun:test";
import { nextStepText } from "../../src/cli/judge/next-step-text.ts";
import { performanceText } from "../../src/cli/judge/render-performance.ts";
import type { Explanation } from "../../src/judge/explain/explanation.ts";
import { performanceOf } from "../../src/judge/explain/performance.ts";
import type { Subject } from "../../src/judge/score/quantities.ts";
import { SCORE_MAX } from "../../src/judge/score/scale.ts";
import { scorecard } from "../support/scorecards.ts";

/** One session beside the others: what is computed, and what people read. */

const LOOK = { color: false, nowUnixMs: Date.parse("2026-11-22T13:00:00Z"), timeZone: "UTC" };
const NOTHING: Explanation = { failingTools: [], costliestPrompts: [] };
const EXPLANATION: Explanation = {
  failingTools: [{ tool: "Bash", failed: 2, calls: 6 }],
  costliestPrompts: [
    {
      prompt_id: "3f0d3f3a",
      nr: 3,
      began_at: "2026-11-22T12:16:33.215Z",
      cost: 0.3,
      requests: 2,
      tools: 7,
      tools_failed: 2,
    },
  ],
};
const DAY_UNIX_NANO = 86_400_000_000_000n;
const other = (day: number, subject: Partial<Subject>, toolsOk = 6) =>
  scorecard(
    { session: `s-o${day}`, startedUnixNano: 1_795_348_800_000_000_000n - BigInt(day) * DAY_UNIX_NANO, ...subject },
    { toolsOk },
  );
const BASELINE = { masqueSession: null, masque: null, version: null, digest: null };
const ALL = [
  other(3, { masqueSession: "m-3" }),
  other(2, { masqueSession: "m-4", masque: "Reviewer" }, 9),
  other(1, BASELINE),
];

describe("performanceOf()", () => {
  test("puts this masque first and the baselines last, with counts", () => {
    const { side_by_side } = performanceOf(scorecard(), ALL, NOTHING);
    expect(side_by_side.map(({ masque, sessions, tool_calls }) => [masque, sessions, tool_calls])).toEqual([
      ["Codesmith", 2, 20],
      ["Reviewer", 1, 10],
      [null, 1, 10],
    ]);
  });

  test("the points that dimensions lost are what the composite lacks", () => {
    const card = scorecard();
    const { points_lost } = performanceOf(card, ALL, NOTHING).pulled_down;
    const lost = points_lost.reduce((sum, { points }) => sum + points, 0);
    expect(lost + (card.composite ?? 0)).toBeCloseTo(SCORE_MAX, 9);
  });

  test.each([
    [12.5, 2, 0.84],
    [1, 2, 0],
    [0, 2, null],
  ])("of %d min with %d active the idle share is %p", (durationMin, activeMin, idle) => {
    const card = scorecard({ durationMin }, { activeMin });
    expect(performanceOf(card, [], NOTHING).pulled_down.idle_share).toEqual(idle);
  });

  test("a session without telemetry shows how to get some", () => {
    const silent = { tools: 0, toolsOk: 0, prompts: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 };
    const { next_steps } = performanceOf(scorecard({}, { ...silent, cacheCreationTokens: 0 }), [], NOTHING);
    expect(next_steps).toEqual([{ about: "telemetry", isMasqueSession: true, missing: "telemetry" }]);
    expect(next_steps.map(nextStepText)).toEqual([expect.stringContaining("masque doctor")]);
  });

  test("a session that went well has no step about a dimension", () => {
    const well = { tools: 60, toolsOk: 60, prompts: 3, activeMin: 4, costUsd: 0.2, cacheReadTokens: 9_000 };
    expect(performanceOf(scorecard({ durationMin: 5 }, well), ALL, NOTHING).next_steps).toEqual([]);
  });
});

describe("performanceText()", () => {
  test("marks this session in the trend without colour, and names the columns that found no room", () => {
    const older = [...ALL, other(-1, { masqueSession: "m-8" })];
    const text = performanceText(performanceOf(scorecard(), older, NOTHING), { ...LOOK, columns: 60 });
    expect(text).toContain("Trend, oldest first, [this one]: ▅[▅]▅, 5.4 to 6.2\n");
    expect(text).toContain("No room here for: token, cost\n");
    const silent = performanceOf(scorecard({}, { tools: 0, toolsOk: 0 }), older, NOTHING);
    expect(performanceText(silent, { ...LOOK, columns: 80 })).toContain("Trend, oldest first: ▅▅, 5.4 to 5.4\n");
  });

  test("at 80 columns", () => {
    const text = performanceText(performanceOf(scorecard(), ALL, EXPLANATION), { ...LOOK, columns: 80 });
    expect(text).toMatchInlineSnapshot(`
      "Codesmith 0.2.0: 6.2 of 10, worth a review (medium confidence)
        masque session m-1 · 12:00 today · 12.5 min

        quality            8.0  ████████████████████████████████········
        autonomy           5.0  ████████████████████····················
        productivity       5.7  ██████████████████████▉·················
        token efficiency   6.0  ████████████████████████················
        cost efficiency    5.0  ████████████████████····················

        8 of 10 tool calls succeeded · 2 prompts · 2.0 active min · $0.4000
        500 tokens in, 10 out
        0.8 above 5.4, the middle of 1 other Codesmith session
        0.8 above 5.4, the middle of your sessions without a masque
        Trend, oldest first, [this one]: ▅[▅], 5.4 to 6.2

      Side by side
                   sessions  calls  score  qual.  auton.  prod.  token  cost
        Codesmith         2     20    5.8    7.0     5.0    5.4    6.0   4.6
        Reviewer          1     10    6.6    9.0     5.0    6.0    6.0   5.3
        no masque         1     10    5.4    6.0     5.0    5.0    6.0   4.3
        Medians of what was recorded. They describe these sessions and don't prove
        that a masque caused anything: the work differed too.

      What pulled it down
        Points missing to 10: autonomy 1.3 · productivity 0.9 · quality 0.6
        token efficiency 0.6 · cost efficiency 0.5
        Failed most: Bash 2 of 6
        Idle: 84% of 12.5 min: pauses longer than 5 min, and the time before and after
        the work
        prompt              cost  share  calls  failed
        prompt 3, 12:16  $0.3000    75%      7       2

      Next steps
        - 5.0 actions a prompt. Put the goal, and how to check it, into one prompt,
          and let the agent do more before the next prompt.
        - 4.0 completions an active minute. Slow commands and long answers lower this
          number: run narrower tests, and ask for shorter answers.
        - 60% of the input tokens came from the cache. Stay in one session, avoid long
          pauses, and keep the model and its tools: then the cache is read again.
        - $0.050 a completion, and one prompt took 75% of the cost. Split large tasks,
          clear context that you no longer need, or use a smaller model.
        - Nothing ran for 84% of the time. Run \`masque doff\` when the work is done, so
          that what follows is not counted.
      "
    `);
  });

  test.each([40, 60, 80, 120])("keeps its tables and sentences within %d columns", (columns) => {
    const long = [...ALL, other(5, { masqueSession: "m-9", masque: "名前の長い仮面".repeat(9) })];
    const text = performanceText(performanceOf(scorecard(), long, EXPLANATION), { ...LOOK, columns });
    // A terminal breaks the headline itself.
    for (const line of text.split("\n").slice(1)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
  });
});
