import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, type JsonObject, stringAt } from "../../src/kernel/text/json.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { pairsIn } from "./actions-runner.ts";
import { type Finished, finish } from "./process.ts";

/**
 * Runs the steps of a workflow's job as GitHub's runner does, on this machine: `run` steps and composite actions, `if`,
 * `env`, `${{ … }}` of a few contexts, and the files a step may write to. What it does not know it refuses.
 */

/** What a job may refer to and what its steps run in. */
export type Job = {
  readonly workspace: string;
  /** `RUNNER_TEMP`; its `runner/` holds the files of the steps. */
  readonly temp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Folders of actions that are used by name; `null` for one that need not run here. */
  readonly actions: Readonly<Record<string, string | null>>;
};

/** A step that ran. */
export type StepRun = Finished & { readonly name: string };

/** What became of a job. */
export type JobRun = {
  readonly steps: readonly StepRun[];
  readonly isSuccess: boolean;
  /** What all steps added to the job's summary. */
  readonly summary: string;
};

type State = {
  job: Job;
  env: Record<string, string>;
  path: string[];
  ran: StepRun[];
  summary: string;
  isSuccess: boolean;
};
type Scope = { inputs: Record<string, string>; outputs: Record<string, Record<string, string>>; actionPath: string };

/** The one YAML document of a file, or of the first fenced block in a page. */
export function yamlIn(path: string): JsonObject {
  const text = readFileSync(path, "utf8");
  const reading = readYaml(path.endsWith(".md") ? fenced(text, "yaml") : text);
  if (reading.kind !== "read" || !isObject(reading.value)) throw new Error(`${path}: ${JSON.stringify(reading)}`);
  return reading.value;
}

/** The first fenced block of that language. */
export function fenced(page: string, language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page) ?? [];
  if (block === undefined) throw new Error(`The page has no block of ${language}`);
  return block;
}

/** Runs the only job of a workflow. */
export async function runJob(workflow: JsonObject, job: Job): Promise<JobRun> {
  const jobs = objectAt(workflow, "jobs");
  const [only, ...more] = Object.values(jobs);
  if (!isObject(only) || more.length > 0) throw new Error("Not one job");
  const scope: Scope = { inputs: {}, outputs: {}, actionPath: "" };
  const state: State = { job, env: { ...job.env }, path: [], ran: [], summary: "", isSuccess: true };
  Object.assign(state.env, textsAt(only, "env", scope, state));
  await runSteps(only, scope, state);
  return { steps: state.ran, isSuccess: state.isSuccess, summary: state.summary };
}

async function runSteps(owner: JsonObject, scope: Scope, state: State): Promise<void> {
  for (const step of listAt(owner, "steps")) {
    const condition = stringAt(step, "if") ?? "success()";
    if (condition !== "success()" && condition !== "always()") throw new Error(`No such condition here: ${condition}`);
    if (condition === "success()" && !state.isSuccess) continue;
    const outputs = await runStep(step, scope, state);
    const id = stringAt(step, "id");
    if (id !== undefined) scope.outputs[id] = outputs;
  }
}

async function runStep(step: JsonObject, scope: Scope, state: State): Promise<Record<string, string>> {
  const uses = stringAt(step, "uses");
  if (uses !== undefined) return useAction(uses, textsAt(step, "with", scope, state), state);
  const run = stringAt(step, "run");
  if (run === undefined || run.includes("${{"))
    throw new Error("A step runs a script, and takes values by its env alone");
  return runScript(run, { name: stringAt(step, "name") ?? run, env: textsAt(step, "env", scope, state), scope }, state);
}

async function useAction(uses: string, given: Record<string, string>, state: State): Promise<Record<string, string>> {
  const folder = state.job.actions[uses];
  if (folder === undefined) throw new Error(`No such action here: ${uses}`);
  if (folder === null) return {};
  const action = yamlIn(join(folder, "action.yml"));
  const runs = objectAt(action, "runs");
  if (stringAt(runs, "using") !== "composite") throw new Error(`${uses} is not a composite action`);
  const inputs: Record<string, string> = {};
  const declared = objectAt(action, "inputs");
  for (const [name, input] of Object.entries(declared)) {
    if (!isObject(input) || !stringAt(input, "description")) throw new Error(`Input ${name} has no description`);
    if (input["required"] === true && !given[name]) throw new Error(`Input ${name} is required`);
    inputs[name] = given[name] ?? stringAt(input, "default") ?? "";
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) throw new Error(`There is no input ${unknown}`);
  for (const step of listAt(runs, "steps"))
    if (!stringAt(step, "shell")) throw new Error("A composite step has no shell");
  const scope: Scope = { inputs, outputs: {}, actionPath: folder };
  await runSteps(runs, scope, state);
  const values = Object.entries(objectAt(action, "outputs")).map(([name, output]) => {
    const value = isObject(output) ? stringAt(output, "value") : undefined;
    return [name, evaluated(value ?? "", scope, state)] as const;
  });
  return Object.fromEntries(values);
}

async function runScript(
  script: string,
  { name, env, scope }: { name: string; env: Record<string, string>; scope: Scope },
  state: State,
): Promise<Record<string, string>> {
  const folder = join(state.job.temp, "runner", String(state.ran.length));
  mkdirSync(folder, { recursive: true });
  const files = ["env", "output", "path", "summary"].map((kind) => join(folder, kind));
  for (const file of files) writeFileSync(file, "");
  const [envFile = "", outputFile = "", pathFile = "", summaryFile = ""] = files;
  const path = join(folder, "script.sh");
  writeFileSync(path, script);
  const ran = await finish(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", path], {
    cwd: state.job.workspace,
    env: {
      ...state.env,
      ...env,
      PATH: [...state.path, state.env["PATH"]].join(":"),
      GITHUB_ACTIONS: "true",
      CI: "true",
      GITHUB_WORKSPACE: state.job.workspace,
      GITHUB_ACTION_PATH: scope.actionPath,
      RUNNER_TEMP: state.job.temp,
      GITHUB_ENV: envFile,
      GITHUB_OUTPUT: outputFile,
      GITHUB_PATH: pathFile,
      GITHUB_STEP_SUMMARY: summaryFile,
    },
  });
  state.ran.push({ ...ran, name });
  if (ran.exit !== 0) state.isSuccess = false;
  Object.assign(state.env, pairsIn(readFileSync(envFile, "utf8")));
  state.path.unshift(...readFileSync(pathFile, "utf8").split("\n").filter(Boolean));
  state.summary += readFileSync(summaryFile, "utf8");
  return pairsIn(readFileSync(outputFile, "utf8"));
}

function textsAt(step: JsonObject, key: string, scope: Scope, state: State): Record<string, string> {
  const pairs = Object.entries(step[key] === undefined ? {} : objectAt(step, key));
  return Object.fromEntries(pairs.map(([name, value]) => [name, evaluated(String(value ?? ""), scope, state)]));
}

function evaluated(text: string, scope: Scope, state: State): string {
  return text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const [, context, name = ""] = /^(inputs|secrets)\.([\w-]+)$/.exec(expression) ?? [];
    if (context === "inputs") return scope.inputs[name] ?? refuse(expression);
    if (context === "secrets") return state.job.secrets[name] ?? "";
    const [, step = "", output = ""] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(expression) ?? [];
    if (step === "") return refuse(expression);
    return scope.outputs[step]?.[output] ?? "";
  });
}

function refuse(expression: string): never {
  throw new Error(`No such value here: ${expression}`);
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const found = parent[key];
  if (!isObject(found)) throw new Error(`${key} is not a map`);
  return found;
}

function listAt(parent: JsonObject, key: string): readonly JsonObject[] {
  const found: Json | undefined = parent[key];
  if (!Array.isArray(found) || !found.every(isObject)) throw new Error(`${key} is not a list of maps`);
  return found;
}
