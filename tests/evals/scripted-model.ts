/**
 * A model that is a script: its answer depends on nothing but the text that it receives. It reads the sentences of the lens and
 * follows each of a few forms of rule; without a rule it answers as a talkative assistant does. It knows no masque. What it
 * shows is that prompts, answers, checks and counting fit together. It shows nothing about the effect of a masque on a model.
 */

/** What one lens asks for, as far as the script understands it. */
export type Rules = {
  /** Lines that begin with a label: "`Verdict:` approve, or change direction". */
  readonly labels: readonly { readonly label: string; readonly wanted: string }[];
  /** A form for each item, given literally: "Each finding: `[high] title`". */
  readonly forms: readonly string[];
  /** The fewest of "at most 150 words", "under 400 words". */
  readonly wordsMax: number | undefined;
  /** Sentences that forbid something. */
  readonly forbidden: readonly string[];
};

/** What the script writes of its own accord, until a sentence that forbids something names it. */
const HABITS: readonly { readonly named: RegExp; readonly text: string; readonly at: "start" | "middle" | "end" }[] = [
  { named: /"sure"/i, text: "Sure, here is what I found.", at: "start" },
  { named: /\bheadings?\b/i, text: "## Summary", at: "middle" },
  { named: /\bpercent(?:ages?)?\b|\bper cent\b/i, text: "It is about 80 percent done.", at: "middle" },
  { named: /\bsimply\b/i, text: "You can simply run it in order to see the result.", at: "middle" },
  { named: /"secure"/i, text: "With this change the service is secure.", at: "middle" },
  { named: /\bsingle number\b/i, text: "It will definitely take exactly 3 days.", at: "middle" },
  { named: /\bstyle remarks\b/i, text: "Nit: the names could be nicer.", at: "middle" },
  { named: /\boffer to help\b/i, text: "Let me know if you want me to go on.", at: "end" },
];

/** An answer is this long unless a rule says less. */
const TALKATIVE_WORDS = 700;
const FILLER = "There is more to say about the background of this question, and much of it has been said elsewhere.";

/** Nouns that a label can ask for, and what an answer that has them looks like. */
const SAMPLES: readonly (readonly [asked: RegExp, sample: string])[] = [
  [/\bn of m\b|\bpasses of n\b/i, "3 of 5"],
  [/\blow to high\b/i, "3 to 5 days"],
  [/\b(?:number|figure|length|how many|rows|date|minutes|seconds|tokens|block)\b/i, "12"],
  [/\bfiles?\b|\bplaces?\b|\bpaths?\b/i, "src/app.ts:12"],
  [/\bcommands?\b/i, "`make check`"],
  [/\bqueries\b|\bquery\b/i, "`SELECT count(*) FROM orders`"],
];

/** The answer to one request. */
export function scriptedAnswer(system: string, prompt: string): string {
  const rules = rulesOf(system);
  const kept = HABITS.filter(({ named }) => !rules.forbidden.some((sentence) => named.test(sentence)));
  const said = (at: string) => kept.filter((habit) => habit.at === at).map(({ text }) => text);
  const subject = `About your request: ${(prompt.trim().split("\n")[0] ?? "").replace(/\W+$/, "")}.`;
  const labelled = rules.labels.map(({ label, wanted }) => `${label} ${wordsFor(wanted)}`);
  const needed = [...said("start"), subject, ...said("middle"), ...rules.forms, ...labelled];
  return [...needed, ...padding(needed, rules.wordsMax ?? TALKATIVE_WORDS), ...said("end")].join("\n");
}

/** Reads the rules out of a lens. */
export function rulesOf(system: string): Rules {
  const lens = /# Lens\n([\s\S]*?)(?=\n\n# [A-Z]|\n<\/masque-identity>|$)/.exec(system)?.[1] ?? "";
  const text = lens.replace(/\s+/g, " ");
  return {
    labels: labelsOf(text),
    forms: [...text.matchAll(/\bEach [a-z]+: `([^`]+[^`:])`/g)].map(([, form]) => form ?? ""),
    wordsMax: fewestWords(text),
    forbidden: sentencesOf(text).filter((sentence) => FORBIDS.test(sentence)),
  };
}

const FORBIDS = /\b(?:no|not|never|don't|cut|avoid|without|refuse|goes|out of bounds)\b/i;

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?]["'”]?) (?=[A-Z"`*-])/);
}

/** A label runs to the next label, or to the end of its clause. */
function labelsOf(text: string): { label: string; wanted: string }[] {
  const found = text.matchAll(/`([A-Z][A-Za-z' -]{1,30}:)`([^`;/.]*)/g);
  const seen = new Map([...found].map(([, label = "", wanted = ""]) => [label, wanted.trim()] as const));
  return [...seen].map(([label, wanted]) => ({ label, wanted }));
}

/** "build, try by hand, or no" asks for one of them; anything else is said in the words of the rule. */
function wordsFor(wanted: string): string {
  const choice = /^([^,]{1,30})(?:, [^,]{1,40})* or [^,]{1,40}$/.exec(wanted)?.[1];
  const pair = /^(\S+) or \S+/.exec(wanted)?.[1];
  const value = pair ?? choice ?? wanted.replace(/[,\s]+$/, "");
  const samples = SAMPLES.filter(([asked]) => asked.test(wanted)).map(([, sample]) => sample);
  return [value === "" ? "as found" : value, ...samples].join(", ");
}

/** Numbers that lenses write out. */
const WRITTEN_OUT: ReadonlyMap<string, number> = new Map([
  ["forty", 40],
  ["eighty", 80],
  ["hundred", 100],
]);

function fewestWords(text: string): number | undefined {
  const found = text.matchAll(
    /(?:\b(?:at most|under|within|longest|budget:)|[.;]) (\d{2,4}|forty|eighty|a hundred) words\b/gi,
  );
  const numbers = [...found].map(
    ([, said = ""]) => WRITTEN_OUT.get(said.replace(/^a /, "").toLowerCase()) ?? Number(said),
  );
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}

function padding(needed: readonly string[], wordsMax: number): string[] {
  const words = (text: string) => text.split(/\s+/).length;
  const left = wordsMax - words(needed.join(" ")) - 12;
  return Array.from({ length: Math.max(0, Math.floor(left / words(FILLER))) }, () => FILLER);
}
