import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../../kernel/text/json.ts";
import { ARMS, type Arm } from "./arms.ts";
import type { Answer } from "./grade.ts";
import type { TrialCase } from "./suite.ts";

/**
 * The files that promptfoo reads and writes: https://www.promptfoo.dev/docs/configuration/reference. Seen with 0.123.1.
 * promptfoo only asks. The answers are decided here, because its patterns are JavaScript's and a rubric's are RE2's.
 */

/** What a configuration is made of. */
export type Asked = {
  readonly cases: readonly TrialCase[];
  readonly systems: Readonly<Record<Arm, string | null>>;
  /** The model, as promptfoo names it, such as `anthropic:messages:claude-sonnet-4-5`. */
  readonly provider: string;
  readonly runs: number;
  readonly maxTokens: number;
};

/** The variables that promptfoo runs with: it reports to no server, and takes no text of a masque or a case as a template. */
export const PROMPTFOO_ENV = {
  PROMPTFOO_DISABLE_TEMPLATING: "true",
  PROMPTFOO_DISABLE_TELEMETRY: "1",
  PROMPTFOO_DISABLE_UPDATE: "1",
  PROMPTFOO_DISABLE_REMOTE_GENERATION: "true",
  PROMPTFOO_DISABLE_SHARING: "true",
} as const;

/** The configuration, as JSON text: a prompt for each arm and case, and one test without variables. */
export function promptfooConfig({ cases, systems, provider, runs, maxTokens }: Asked): string {
  const prompts = ARMS.flatMap((arm) =>
    cases.map(({ name, prompt }) => ({ label: `${arm}/${name}`, raw: messages(systems[arm], prompt) })),
  );
  return JSON.stringify({
    description: "masque test",
    prompts,
    providers: [{ id: provider, config: { max_tokens: maxTokens } }],
    tests: [{ metadata: { writtenBy: "masque test" } }],
    evaluateOptions: { repeat: runs, cache: false, maxConcurrency: 4 },
    sharing: false,
  });
}

/** A conversation as JSON. No brace of its texts is left that a template could begin with. */
function messages(system: string | null, prompt: string): string {
  const said = [...(system === null ? [] : [{ role: "system", content: system }]), { role: "user", content: prompt }];
  const inert = (text: string) => JSON.stringify(text).replaceAll("{", "\\u007b").replaceAll("}", "\\u007d");
  return `[${said.map(({ role, content }) => `{"role":"${role}","content":${inert(content)}}`).join(",")}]`;
}

/** What came of an evaluation. */
export type Answered = {
  readonly answers: readonly Answer[];
  /** As the provider counted; `null` where it did not. */
  readonly tokens: { readonly input: number; readonly output: number } | null;
};

/** Reads the results file. `undefined` where it is not one. */
export function readResults(text: string): Answered | undefined {
  const file = parseJson(text);
  const outer = isObject(file) && isObject(file["results"]) ? file["results"] : undefined;
  const rows = outer?.["results"];
  if (!Array.isArray(rows)) return undefined;
  const answers = rows.filter(isObject).flatMap(answerOf);
  const usage = isObject(outer?.["stats"]) ? outer["stats"]["tokenUsage"] : undefined;
  return { answers, tokens: tokensOf(usage) };
}

function answerOf(row: JsonObject): Answer[] {
  const label = isObject(row["prompt"]) ? (stringAt(row["prompt"], "label") ?? "") : "";
  const [, armText, name] = /^([a-z]+)\/(.+)$/.exec(label) ?? [];
  const arm = ARMS.find((one) => one === armText);
  if (arm === undefined || name === undefined) return [];
  const output = isObject(row["response"]) ? row["response"]["output"] : undefined;
  const text =
    typeof output === "string" ? output : output === undefined || output === null ? null : JSON.stringify(output);
  return [{ case: name, arm, text, error: text === null ? (stringAt(row, "error") ?? "no answer came") : null }];
}

function tokensOf(usage: Json | undefined): Answered["tokens"] {
  if (!isObject(usage)) return null;
  const [input, output] = [usage["prompt"], usage["completion"]];
  return typeof input === "number" && typeof output === "number" && input + output > 0 ? { input, output } : null;
}
