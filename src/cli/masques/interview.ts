import type { Deps } from "../../deps.ts";
import { MasqueError } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { describeCharacter, indexOfUnprintable } from "../../kernel/text/printable.ts";
import { CATEGORIES, type Category, type MasqueName, parseName } from "../../masque/masque.ts";
import { type NewMasque, requireFreeName } from "../../masque/new-masque.ts";
import { usage } from "../parse.ts";
import { canPrompt, type Prompts } from "../print/prompts.ts";

/** What was given on the command line; the interview asks for the rest. */
export type GivenOfMasque = { readonly [Key in keyof NewMasque]?: NewMasque[Key] | undefined };

/** The kinds of masque, each with what it does. */
const CATEGORY_LABELS: Readonly<Record<Category, string>> = {
  executive: "executive   decides",
  cognitive: "cognitive   thinks",
  specialist: "specialist  knows a craft",
  art: "art         creates",
  meta: "meta        looks at how the work is done",
};

type TextKey = Exclude<keyof NewMasque, "name" | "category">;

/** The questions about the masque's text, in order. Enter alone leaves the template's text. */
const QUESTIONS: readonly (readonly [key: TextKey, question: string, example: string])[] = [
  ["domain", "Which field is it for?", "database-migrations"],
  ["tagline", "What is it for, in one line?", "Changes a schema while the site stays up"],
  ["lookFirst", "What does it look at first? Put ; between several", "the slowest query; the lock that it takes"],
  ["refuse", "What does it refuse?", "a migration without a way back"],
  ["report", "How does it report?", "the plan, then the risk, in at most 100 words"],
  ["stop", "When does it stop?", "when the way back was run once"],
  ["criterion", "How do you recognise that a session went well?", "The answer names the lock"],
];

/**
 * What an author says about a new masque: what was given, and on a terminal the answers to the questions that are left.
 *
 * @throws {MasqueError} `new.cancelled`; `cli.usage` where no name is given and no person can be asked; what is wrong with a name
 *   that was given.
 */
export async function newMasqueFrom(
  deps: Deps,
  given: GivenOfMasque,
  { mayAsk }: { readonly mayAsk: boolean },
): Promise<NewMasque> {
  const { name, category = "specialist" } = given;
  if (mayAsk && canPrompt(deps) && !deps.agentSession().isHosted) return await interview(deps, given);
  if (name === undefined) throw usage("new", 'Cannot run "masque new": <name> is missing');
  return { ...given, name, category };
}

async function interview(deps: Deps, given: GivenOfMasque): Promise<NewMasque> {
  const prompts = await deps.prompts();
  const name = given.name ?? (await askName(deps, prompts));
  requireFreeName(deps.paths.masques, name);
  const category = given.category ?? (await askCategory(prompts));
  const texts: Partial<Record<TextKey, string>> = {};
  for (const [key, question, example] of QUESTIONS) {
    const text = given[key] ?? (await askText(deps, prompts, `${question} (such as: ${example})`));
    if (text !== "") texts[key] = text;
  }
  return { name, category, ...texts };
}

async function askName(deps: Deps, prompts: Prompts): Promise<MasqueName> {
  for (let question = "What is the masque called? (such as: Cartographer)"; ; question = "Which name instead?") {
    const raw = answered(await prompts.ask(question));
    try {
      const name = parseName(raw, "choose another name");
      requireFreeName(deps.paths.masques, name);
      return name;
    } catch (error) {
      if (!(error instanceof MasqueError)) throw error;
      deps.io.stderr.write(`${error.message}\n`);
    }
  }
}

async function askCategory({ choose }: Prompts): Promise<Category> {
  const choices = CATEGORIES.map((value) => ({ value, label: CATEGORY_LABELS[value] }));
  const chosen = answered(await choose("Which kind of masque?", choices, "specialist"));
  return CATEGORIES.find((category) => category === chosen) ?? "specialist";
}

async function askText(deps: Deps, prompts: Prompts, question: string): Promise<string> {
  for (;;) {
    const text = answered(await prompts.ask(question)).trim();
    const fault = faultOf(text);
    if (fault === undefined) return text;
    deps.io.stderr.write(`${fault}\n`);
  }
}

/** What is wrong with an answer. The whole masque is checked again before it is written. */
function faultOf(text: string): string | undefined {
  if (text.length > LIMITS.interviewAnswerCharsMax) return `Write at most ${LIMITS.interviewAnswerCharsMax} characters`;
  const at = indexOfUnprintable(text);
  if (at === -1) return undefined;
  const { kind, code } = describeCharacter(text, at);
  return `The ${kind} ${code} may not be in a masque`;
}

function answered(answer: string | null): string {
  if (answer !== null) return answer;
  throw new MasqueError("new.cancelled", "Nothing was written: the interview was cancelled");
}
