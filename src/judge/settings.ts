import { choice, decimal, wholeNumber } from "../kernel/config/kinds.ts";
import type { ConfigOf, Kind, SettingTable } from "../kernel/config/setting.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { Bars, MinChecks } from "./score/bars.ts";
import type { Confidence } from "./score/scorecard.ts";

/** The bars that `masque judge` holds against a scorecard. A project may set them: a bar is a threshold of its own work. */

const score = decimal({ max: 10, takes: "a number from 0 to 10", hint: "SCORE" });
const dollars = decimal({ max: 1_000_000_000, takes: "a number from 0 to 1000000000, in US dollars", hint: "USD" });
const CONFIDENCES = ["low", "medium", "high", "any"] as const satisfies readonly (Confidence | "any")[];

const someChecks = wholeNumber({ min: 1, max: LIMITS.rubricCriteriaMax });
const checks: Kind<MinChecks | null> = {
  takes: `${someChecks.takes}, or all`,
  hint: "N|all",
  read: (value) => (value === "all" ? value : someChecks.read(value)),
  readText: (text) => (text === "all" ? text : someChecks.readText(text)),
};

/** Every setting of the judge. */
export const JUDGE_SETTINGS = {
  "judge.minComposite": {
    ...score,
    description: "exit 4 when the composite score, from 0 to 10, is lower",
    default: null,
    flag: "min-composite",
    isProjectSafe: true,
  },
  "judge.minQuality": {
    ...score,
    description: "exit 4 when the score of quality (share of tool calls that succeeded), from 0 to 10, is lower",
    default: null,
    flag: "min-quality",
    isProjectSafe: true,
  },
  "judge.minAutonomy": {
    ...score,
    description: "exit 4 when the score of autonomy (actions per prompt), from 0 to 10, is lower",
    default: null,
    flag: "min-autonomy",
    isProjectSafe: true,
  },
  "judge.minProductivity": {
    ...score,
    description: "exit 4 when the score of productivity (completions per active minute), from 0 to 10, is lower",
    default: null,
    flag: "min-productivity",
    isProjectSafe: true,
  },
  "judge.minTokenEfficiency": {
    ...score,
    description: "exit 4 when the score of token efficiency (share of tokens read from cache), from 0 to 10, is lower",
    default: null,
    flag: "min-token-efficiency",
    isProjectSafe: true,
  },
  "judge.minCostEfficiency": {
    ...score,
    description:
      "exit 4 when the score of cost efficiency (the cheaper a completion, the higher), from 0 to 10, is lower",
    default: null,
    flag: "min-cost-efficiency",
    isProjectSafe: true,
  },
  "judge.maxCost": {
    ...dollars,
    description: "exit 4 when a session cost more than this many US dollars",
    default: null,
    flag: "max-cost",
    isProjectSafe: true,
  },
  "judge.requireConfidence": {
    ...choice(CONFIDENCES),
    description: "exit 4 when the confidence in a score is lower; any accepts every confidence",
    default: "any",
    flag: "require-confidence",
    isProjectSafe: true,
  },
  "judge.minChecks": {
    ...checks,
    description:
      "exit 4 when fewer criteria of the masque's rubric pass their check over --transcript; all asks for every check",
    default: null,
    flag: "min-checks",
    isProjectSafe: true,
  },
} as const satisfies SettingTable;

/** A value for every setting of the judge. */
export type JudgeConfig = ConfigOf<typeof JUDGE_SETTINGS>;

const MIN_OF = {
  composite: "judge.minComposite",
  quality: "judge.minQuality",
  autonomy: "judge.minAutonomy",
  productivity: "judge.minProductivity",
  token_efficiency: "judge.minTokenEfficiency",
  cost_efficiency: "judge.minCostEfficiency",
} as const satisfies Readonly<Record<keyof Bars["min"], keyof JudgeConfig>>;

/** The bars that the settings set. */
export function barsFrom(config: JudgeConfig): Bars {
  const min = Object.entries(MIN_OF).flatMap(([name, key]) => {
    const least = config[key];
    return least === null ? [] : [[name, least] as const];
  });
  const { "judge.maxCost": maxCost, "judge.requireConfidence": confidence, "judge.minChecks": minChecks } = config;
  return {
    min: Object.fromEntries(min),
    ...(maxCost === null ? {} : { maxCost }),
    ...(confidence === "any" ? {} : { confidence }),
    ...(minChecks === null ? {} : { minChecks }),
  };
}
