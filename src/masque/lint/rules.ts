import { biography } from "./biography.ts";
import { contradictingChecks, contradictingTools, contradictingWords } from "./contradictions.ts";
import { cannotFail, cannotPass } from "./criteria.ts";
import { fileInvalid, invisible, silence } from "./in-file.ts";
import { blockTokens, lensTooLong, lensTooShort } from "./length.ts";
import { override } from "./override.ts";
import { noBoundaries, noReport } from "./procedure.ts";
import type { Rule } from "./rule.ts";
import { secret } from "./secrets.ts";
import { sharedText } from "./shared-text.ts";
import { vague } from "./vague.ts";

/** Every rule of `masque lint`, in the order that people read them. */
export const RULES: readonly Rule[] = [
  noBoundaries,
  noReport,
  lensTooShort,
  lensTooLong,
  blockTokens,
  vague,
  biography,
  sharedText,
  cannotFail,
  cannotPass,
  contradictingChecks,
  contradictingWords,
  contradictingTools,
  secret,
  override,
  invisible,
  silence,
  fileInvalid,
];

/** The rule with an id. */
export function ruleById(id: string): Rule | undefined {
  return RULES.find((rule) => rule.id === id);
}
