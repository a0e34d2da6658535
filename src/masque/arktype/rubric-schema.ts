import { type } from "arktype";
import { LIMITS } from "../../kernel/limits.ts";
import { countWords } from "../../kernel/text/count-words.ts";
import { plural } from "../../kernel/text/plural.ts";
import { boundedText } from "./prose.ts";

/**
 * The fields of a masque that are not read by the agent as they are: the rubric, the anchor, and what lint is to leave alone.
 * Keys that are unknown here are refused, because a check that is misspelt would pass everything.
 */

const pattern = boundedText(LIMITS.patternBytesMax).and("string >= 1");

const toolName = type(/^[A-Za-z_][A-Za-z0-9_.:-]*$/)
  .and(`string <= ${LIMITS.toolNameCharsMax}`)
  .describe("the name of a tool, such as Edit");

const tool = type({ "+": "reject", "used?": toolName, "unused?": toolName }).narrow((value, ctx) => {
  const { length } = Object.keys(value);
  return length === 1 || ctx.reject({ expected: 'either "used" or "unused"', actual: length === 0 ? "empty" : "both" });
});

const check = type({
  "+": "reject",
  "must?": pattern,
  "mustNot?": pattern,
  "maxWords?": type(`1 <= number.integer <= ${LIMITS.maxWordsMax}`).describe(
    `a whole number from 1 to ${LIMITS.maxWordsMax}`,
  ),
  "tool?": tool,
}).narrow((value, ctx) => {
  const expected = 'an object with at least one of "must", "mustNot", "maxWords" and "tool"';
  return Object.keys(value).length > 0 || ctx.reject({ expected, actual: "empty" });
});

const criterion = type({
  "+": "reject",
  text: boundedText(LIMITS.criterionBytesMax).and(/\S/),
  "check?": check,
});

/** Text, or a list of criteria. */
export const rubric = boundedText(LIMITS.masqueFieldBytesMax).or(
  criterion.array().and(`1 <= unknown[] <= ${LIMITS.rubricCriteriaMax}`),
);

/** One or two sentences. */
export const anchor = boundedText(LIMITS.anchorBytesMax).narrow((text, ctx) => {
  const words = countWords(text);
  if (words >= 1 && words <= LIMITS.anchorWordsMax) return true;
  return ctx.reject({ expected: `1 to ${LIMITS.anchorWordsMax} words`, actual: plural(words, "word") });
});

/** The lint rules that the file silences. Whether there is such a rule, and whether the reason says something, lint decides. */
export const lint = type({
  "+": "reject",
  silence: type({
    "+": "reject",
    rule: boundedText(LIMITS.silenceTextBytesMax),
    reason: boundedText(LIMITS.silenceTextBytesMax),
  })
    .array()
    .and(`unknown[] <= ${LIMITS.silencesMax}`),
});
