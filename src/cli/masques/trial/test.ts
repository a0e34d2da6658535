import { askPromptfoo } from "../../../app/masques/ask-promptfoo.ts";
import { planTrial } from "../../../app/masques/plan-trial.ts";
import type { Deps } from "../../../deps.ts";
import { decimal, wholeNumber } from "../../../kernel/config/kinds.ts";
import { EXIT, MasqueError } from "../../../kernel/errors.ts";
import { LIMITS } from "../../../kernel/limits.ts";
import { expenseOf, type Prices } from "../../../masque/trial/expense.ts";
import { gradeTrial } from "../../../masque/trial/grade.ts";
import { defineMasqueCommand, jsonFlag } from "../../command.ts";
import { flagValue } from "../../flag-value.ts";
import { usage } from "../../parse.ts";
import { canPrompt } from "../../print/prompts.ts";
import { planText, type ShownTrial, trialJson, trialText } from "./render-trial.ts";

const RUNS = wholeNumber({ min: 1, max: LIMITS.trialRunsMax });
const TOKENS = wholeNumber({ min: 16, max: LIMITS.trialAnswerTokensMax });
const PRICE = decimal({ max: 10_000, takes: "US dollars for a million tokens, such as 3 or 0.25", hint: "USD" });
const PERCENT = decimal({ max: 100, takes: "a percentage from 0 to 100", hint: "PERCENT" });

/** `masque test <name>` */
export const testCommand = defineMasqueCommand({
  args: {
    name: { type: "positional", required: true, description: "The masque's name" },
    provider: {
      type: "string",
      valueHint: "MODEL",
      description: "The model to ask, by its id in promptfoo",
    },
    cases: { type: "string", valueHint: "FILE", description: "Cases of your own, instead of the shared masque's" },
    runs: { type: "string", valueHint: "N", default: "3", description: "How often each case is asked in each arm" },
    "max-tokens": { type: "string", valueHint: "N", default: "1024", description: "The most tokens of one answer" },
    "price-in": { type: "string", valueHint: "USD", description: "What a million input tokens cost you" },
    "price-out": { type: "string", valueHint: "USD", description: "What a million output tokens cost you" },
    "min-passed": {
      type: "string",
      valueHint: "PERCENT",
      description: "Exit with status 4 when fewer answers in the masque pass, or an answer did not come",
    },
    promptfoo: { type: "string", valueHint: "PATH", default: "promptfoo", description: "The program promptfoo" },
    yes: { type: "boolean", alias: "y", default: false, description: "Ask the model without asking you first" },
    "dry-run": { type: "boolean", default: false, description: "Only show what would be asked, and what it may cost" },
    ...jsonFlag,
  },
  examples: [
    ["masque test bloodhound --dry-run", "what would be asked, and how many tokens that takes"],
    ["masque test bloodhound --dry-run --price-in 3 --price-out 15", "and what that costs at your prices"],
    ["masque test bloodhound --provider anthropic:messages:claude-sonnet-4-5 --yes", "ask without a question first"],
    ["masque test mine --cases cases.yaml --dry-run", "a masque of your own, with cases of your own"],
  ],
  async run({ args }, deps) {
    const size = {
      runs: flagValue("test", "runs", args.runs, RUNS),
      maxTokens: flagValue("test", "max-tokens", args["max-tokens"], TOKENS),
    };
    const prices = pricesFrom(args["price-in"], args["price-out"]);
    const minPassed =
      args["min-passed"] === undefined ? null : flagValue("test", "min-passed", args["min-passed"], PERCENT);
    const planned = await planTrial(deps, { name: args.name, casesPath: args.cases });
    const { cases, systems } = planned;
    const { countTokens } = await deps.lintTools();
    const expense = expenseOf(cases, systems, { ...size, prices, countTokens });
    const provider = args.provider ?? null;
    const shown: ShownTrial = { ...planned, ...size, provider, expense };
    const { stdout, stderr } = deps.io;
    if (args["dry-run"]) {
      stdout.write(args.json ? trialJson(shown, null) : planText(shown));
      return undefined;
    }
    if (provider === null) {
      throw usage("test", "Cannot test: no model is named; name one with --provider, or only look with --dry-run");
    }
    stderr.write(planText(shown));
    if (!args.yes) await agree(deps, args.name);
    const asked = { cases, systems, provider, ...size };
    const answered = await askPromptfoo(deps, { program: args.promptfoo, asked });
    const result = gradeTrial(cases, answered.answers, await deps.patternCompiler());
    const came = { result, tokens: answered.tokens };
    stdout.write(args.json ? trialJson(shown, came) : trialText(shown, came, stdout));
    const isShort = (result.all.masque ?? 0) * 100 < (minPassed ?? 0) || !isComplete(shown, result);
    return minPassed !== null && isShort ? EXIT.below : undefined;
  },
});

function isComplete({ expense }: ShownTrial, { answers }: ReturnType<typeof gradeTrial>): boolean {
  return answers.length === expense.requests && answers.every(({ text }) => text !== null);
}

function pricesFrom(input: string | undefined, output: string | undefined): Prices | null {
  if (input === undefined && output === undefined) return null;
  if (input === undefined || output === undefined) {
    throw usage("test", "Cannot work out a price: --price-in and --price-out are given together");
  }
  const read = (flag: string, text: string) => flagValue("test", flag, text, PRICE) ?? 0;
  return { input: read("price-in", input), output: read("price-out", output) };
}

async function agree(deps: Deps, name: string): Promise<void> {
  if (canPrompt(deps) && (await (await deps.prompts()).confirm("Ask the model?"))) return;
  throw new MasqueError("trial.declined", `Nothing was asked: you did not agree to the trial of "${name}"`, {
    hint: "add --yes to ask the model without a question",
  });
}
