import type { Mutation } from "./mutation.ts";

/** Scores, bars and verdicts. */
export const JUDGE: readonly Mutation[] = [
  {
    fault: "the transcript of another session is taken",
    file: "src/app/judge/session-criteria.ts",
    find: `if (shown.session === null || shown.session === card.session) return shown;`,
    replace: `if (shown.session !== "") return shown;`,
    tests: ["judge/criteria.test.ts"],
  },
  {
    fault: "a tool that a torn line may hold was never called",
    file: "src/host/claude/read-transcript.ts",
    find: `if (!isObject(entry)) isWhole = false;`,
    replace: `if (!isObject(entry)) session ??= null;`,
    tests: ["host/read-transcript.test.ts"],
  },
  {
    fault: "a rubric without checks reaches the bar of all checks",
    file: "src/judge/score/bars.ts",
    find: `...measured(passed === null ? null : wanted - passed), absent };`,
    replace: `...measured(passed === null ? 0 : wanted - passed), absent };`,
    tests: ["judge/criteria.test.ts"],
  },
  {
    fault: "a session that costs more scores better",
    file: "src/judge/score/score.ts",
    find: `return (SCORE_MAX * half) / (x + half);`,
    replace: `return (SCORE_MAX * x) / (x + half);`,
    tests: ["judge/score.test.ts"],
  },
  {
    fault: "two weights are swapped",
    file: "src/judge/score/scale.ts",
    find: `autonomy: 0.25,`,
    replace: `autonomy: 0.2,`,
    tests: ["judge/score.test.ts"],
  },
  {
    fault: "a composite of the bound itself is worth a review",
    file: "src/judge/score/score.ts",
    find: `if (composite >= SCALE.recommend.keep)`,
    replace: `if (composite > SCALE.recommend.keep)`,
    tests: ["judge/score.test.ts"],
  },
  {
    fault: "what is absent passes every bar",
    file: "src/judge/score/bars.ts",
    find: `passed: short !== null && short <= 0,`,
    replace: `passed: short === null || short <= 0,`,
    tests: ["judge/bars.test.ts"],
  },
  {
    fault: "a score of the bar itself falls short",
    file: "src/judge/score/bars.ts",
    find: `passed: short !== null && short <= 0,`,
    replace: `passed: short !== null && short < 0,`,
    tests: ["judge/bars.test.ts"],
  },
  {
    fault: "a cost below its bar falls short",
    file: "src/judge/score/bars.ts",
    find: `measured(found === null ? null : found - most)`,
    replace: `measured(found === null ? null : most - found)`,
    tests: ["judge/bars.test.ts"],
  },
  {
    fault: "one session below its bar is forgiven",
    file: "src/judge/score/bars.ts",
    find: `return !judged.every(passes);`,
    replace: `return !judged.some(passes);`,
    tests: ["judge/bars.test.ts", "judge/gate.test.ts"],
  },
];
