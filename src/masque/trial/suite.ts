import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, type Json, type JsonObject } from "../../kernel/text/json.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Masque } from "../masque.ts";
import { type Criterion, criteriaOf } from "../rubric/criteria.ts";

/** One prompt that every arm is asked, and the criteria of the masque that its answer is held to. */
export type TrialCase = {
  readonly name: string;
  /** The prompt, with the material below it. */
  readonly prompt: string;
  /** At least one, each decided by a program from an answer alone. */
  readonly criteria: readonly Criterion[];
};

const KEYS = ["name", "prompt", "fixture", "criteria"] as const;
const CASE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Reads the cases of a suite: `{cases: [{name, prompt, fixture?, criteria?}]}`. Without `criteria`, an answer is held to every
 * criterion that a program can decide from it.
 *
 * @param file What the file is called in messages.
 * @throws {MasqueError} `trial.cases-invalid`
 */
export function casesFrom(value: Json, masque: Masque, file: string): readonly TrialCase[] {
  const given = isObject(value) ? value["cases"] : undefined;
  const refuse = refusing(file);
  if (!Array.isArray(given) || given.length === 0) throw refuse("it has no list `cases`");
  if (given.length > LIMITS.trialCasesMax) {
    throw refuse(`it has ${given.length} cases, and at most ${LIMITS.trialCasesMax} are allowed`);
  }
  const decidable = decidableOf(masque);
  if (decidable.length === 0) {
    throw new MasqueError("trial.nothing-to-decide", `Cannot test "${masque.name}": no program can decide its rubric`, {
      hint: "give a criterion of the rubric a check: must, mustNot or maxWords",
    });
  }
  const cases = given.map((one, index) => caseFrom(one, decidable, refusing(`${file}, case ${index + 1}`)));
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refuse(`two cases are called "${twice}"`);
  return cases;
}

/** The criteria that an answer alone decides. Which tools were used is not known of an answer. */
export function decidableOf(masque: Masque): readonly Criterion[] {
  return criteriaOf(masque).filter(({ check }) => check !== undefined && check.tool === undefined);
}

type Refuse = (why: string) => MasqueError;

function refusing(place: string): Refuse {
  return (why) => new MasqueError("trial.cases-invalid", `Cannot use the cases of ${place}: ${why}`);
}

function caseFrom(value: Json, decidable: readonly Criterion[], refuse: Refuse): TrialCase {
  if (!isObject(value)) throw refuse("it is not a map");
  const unknown = Object.keys(value).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined)
    throw refuse(`"${printableLine(unknown)}" is not a key of a case; the keys are ${KEYS.join(", ")}`);
  const name = textAt(value, "name", refuse);
  if (!CASE_NAME.test(name) || name.length > LIMITS.trialCaseNameCharsMax) {
    throw refuse(`the name "${printableLine(name).slice(0, 80)}" is not lower-case words with hyphens between`);
  }
  const fixture = value["fixture"] === undefined ? "" : `\n\n${textAt(value, "fixture", refuse)}`;
  const prompt = `${textAt(value, "prompt", refuse)}${fixture}`;
  if (Buffer.byteLength(prompt) > LIMITS.trialPromptBytesMax) {
    throw refuse(`prompt and fixture have more than ${LIMITS.trialPromptBytesMax} bytes`);
  }
  return { name, prompt, criteria: criteriaNamed(value["criteria"], decidable, refuse) };
}

function textAt(value: JsonObject, key: string, refuse: Refuse): string {
  const text = value[key];
  if (typeof text === "string" && text.trim() !== "") return text.trim();
  throw refuse(`\`${key}\` is not a text`);
}

function criteriaNamed(value: Json | undefined, decidable: readonly Criterion[], refuse: Refuse): readonly Criterion[] {
  if (value === undefined) return decidable;
  if (!Array.isArray(value) || value.length === 0) throw refuse("`criteria` is not a list of texts");
  return value.map((text) => {
    const found = decidable.find((criterion) => criterion.text === text);
    if (found) return found;
    const named = printableLine(typeof text === "string" ? text : JSON.stringify(text)).slice(0, 120);
    throw refuse(`the rubric has no criterion "${named}" that an answer alone decides`);
  });
}
