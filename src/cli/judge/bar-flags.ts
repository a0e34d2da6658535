import type { Bars } from "../../judge/score/bars.ts";
import { type Confidence, DIMENSIONS } from "../../judge/score/scorecard.ts";
import type { Config } from "../../kernel/config/settings.ts";
import { decimalNumber } from "../number-flag.ts";

/** `any` takes a setting's bar away. */
const CONFIDENCES = ["low", "medium", "high", "any"] as const satisfies readonly (Confidence | "any")[];

const scoreFlag = (description: string) => ({ type: "string" as const, valueHint: "SCORE", description });

/** The flags that set bars. */
export const barFlags = {
  "min-composite": scoreFlag("Exit 4 when the composite is lower, 0 to 10"),
  "min-quality": scoreFlag("The same for the tools' success rate"),
  "min-autonomy": scoreFlag("The same for actions per prompt"),
  "min-productivity": scoreFlag("The same for completions per active minute"),
  "min-token-efficiency": scoreFlag("The same for tokens read from cache"),
  "min-cost-efficiency": scoreFlag("The same for cost per completion"),
  "max-cost": { type: "string" as const, valueHint: "USD", description: "Exit 4 when a session cost more" },
  "require-confidence": {
    type: "enum" as const,
    options: [...CONFIDENCES],
    description: "Exit 4 when there was less to go on; any takes a setting's bar away",
  },
};

const SETTING_OF = {
  composite: "judge.minComposite",
  quality: "judge.minQuality",
  autonomy: "judge.minAutonomy",
  productivity: "judge.minProductivity",
  token_efficiency: "judge.minTokenEfficiency",
  cost_efficiency: "judge.minCostEfficiency",
} as const;
const SCORE = { min: 0, max: 10 };
const USD = { min: 0, max: 1_000_000_000 };

type BarArgs = { readonly [Flag in Exclude<keyof typeof barFlags, "require-confidence">]?: string | undefined } & {
  readonly "require-confidence"?: Confidence | "any" | undefined;
};

/**
 * Each bar from its flag, else from its setting.
 *
 * @throws {MasqueError} `cli.usage`
 */
export function barsFrom(args: BarArgs, settings: Config): Bars {
  const min = (["composite", ...DIMENSIONS] as const).flatMap((name) => {
    const flag = `min-${FLAG_NAME[name]}` as const;
    const least = numberFrom(flag, args[flag], SCORE) ?? settings[SETTING_OF[name]];
    return least === null ? [] : [[name, least] as const];
  });
  const maxCost = numberFrom("max-cost", args["max-cost"], USD) ?? settings["judge.maxCost"];
  const confidence = args["require-confidence"] ?? settings["judge.requireConfidence"];
  return {
    min: Object.fromEntries(min),
    ...(maxCost === null ? {} : { maxCost }),
    ...(confidence === "any" ? {} : { confidence }),
  };
}

const FLAG_NAME = {
  composite: "composite",
  quality: "quality",
  autonomy: "autonomy",
  productivity: "productivity",
  token_efficiency: "token-efficiency",
  cost_efficiency: "cost-efficiency",
} as const;

function numberFrom(flag: string, text: string | undefined, range: { min: number; max: number }): number | undefined {
  return text === undefined ? undefined : decimalNumber("judge", flag, text, range);
}
