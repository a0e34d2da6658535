import { countTokens, TOKENIZER } from "../../src/masque/gpt-tokenizer/count-tokens.ts";
import { identityBlock } from "../../src/masque/identity-block.ts";
import { CATEGORIES, type Category, type ResolvedMasque, textAttribute } from "../../src/masque/masque.ts";
import { criteriaOf } from "../../src/masque/rubric/criteria.ts";
import { sharedMasques } from "../../src/masque/shared.ts";

/** `docs/library.md`: every shared masque by category, with what it is for, when to wear it and what it costs. */

const ABOUT: ReadonlyMap<Category, string> = new Map([
  ["executive", "decides and delivers"],
  ["cognitive", "finds out and understands"],
  ["specialist", "knows one craft"],
  ["art", "makes something that people read, see or hear"],
  ["meta", "looks at masques, prompts, agents and the way of working"],
]);

/** The page as text. */
export function libraryPage(): string {
  const masques = sharedMasques();
  const blockTokens = masques.map((one) => countTokens(blockOf(one))).sort((left, right) => left - right);
  const head = `# The library

<!-- Written by \`npm run docs:library\` from the files in masques/. Edits are lost. -->

${masques.length} masques come with masque, each for a domain of its own. \`masque inspect <name>\` shows one in full, \`masque don <name>\` puts it on,
and \`masque list --category <category>\` lists a category.

**Tokens** is what the identity block costs: once when the masque is donned, and again after each compaction. The median is
${medianOf(blockTokens)}, the largest is ${blockTokens.at(-1)}. **Checked** is how many criteria of the rubric a program decides. Tokens are counted with ${TOKENIZER}, which is not
the tokenizer of Claude; the real numbers differ.
`;
  return [head, ...CATEGORIES.map((category) => sectionOf(category, masques))].join("\n");
}

function sectionOf(category: Category, masques: readonly ResolvedMasque[]): string {
  const rows = masques.filter(({ masque }) => textAttribute(masque, "category") === category).map(rowOf);
  return `## ${category}

A masque of this kind ${ABOUT.get(category)}.

| masque | domain | what it is for | wear it when | goes with | tokens | checked |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function rowOf(one: ResolvedMasque): string {
  const { masque } = one;
  const criteria = criteriaOf(masque);
  const checked = criteria.filter(({ check }) => check !== undefined).length;
  const texts = ["domain", "tagline", "occasion", "complement"].map((key) => cell(textAttribute(masque, key) ?? ""));
  return `| **${masque.name}** | ${texts.join(" | ")} | ${countTokens(blockOf(one))} | ${checked} of ${criteria.length} |`;
}

/** The block without an intent, as an agent that wears nothing gets it. */
function blockOf(one: ResolvedMasque): string {
  return identityBlock({ ...one, intent: null, replaces: null });
}

function medianOf(sorted: readonly number[]): number {
  const [left = 0, right = 0] = sorted.slice(Math.floor((sorted.length - 1) / 2));
  return sorted.length % 2 === 1 ? left : Math.round((left + right) / 2);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

if (import.meta.main) process.stdout.write(libraryPage());
