import { printableLine } from "../../kernel/text/printable.ts";
import type { Masque } from "../masque.ts";
import { type Check, criteriaOf, type ToolCheck } from "./criteria.ts";

/** A rubric for a person: a text as it was written, a list as one bullet a criterion, each with its check below. */
export function rubricText(masque: Pick<Masque, "rubric">): string | undefined {
  if (masque.rubric === undefined || typeof masque.rubric === "string") return masque.rubric;
  return criteriaOf(masque)
    .map(({ text, check }) => `- ${printableLine(text.trim())}${check ? `\n  checked: ${checkWords(check)}` : ""}`)
    .join("\n");
}

/** A check in words for a person, such as "at most 300 words; no Edit". */
export function checkWords({ must, mustNot, maxWords, tool }: Check): string {
  const parts = [
    must !== undefined && `the answer matches ${printableLine(must)}`,
    mustNot !== undefined && `the answer does not match ${printableLine(mustNot)}`,
    maxWords !== undefined && `at most ${maxWords} ${maxWords === 1 ? "word" : "words"}`,
    tool !== undefined && toolWords(tool),
  ];
  return parts.filter((part) => part !== false).join("; ");
}

function toolWords(tool: ToolCheck): string {
  return "used" in tool ? `the tool ${tool.used} is used` : `the tool ${tool.unused} is not used`;
}
