import { countTokens as countOf } from "gpt-tokenizer/encoding/o200k_base";

/** The tokenizer that counts, as messages name it. */
export const TOKENIZER = "o200k_base";

/** The package's time grows with the square of a word's length; no word of a language is longer. */
const WORD_CHARS_MAX = 200;
const LONG_WORDS = new RegExp(`\\S{${WORD_CHARS_MAX}}`, "gu");

/** Tokens of a text as o200k_base counts them. A word of more than 200 characters counts in pieces. */
export function countTokens(text: string): number {
  const pieces = text.replace(LONG_WORDS, (word) => `${word}\n`).replace(/\s{200,}/gu, "\n");
  return countOf(pieces, { disallowedSpecial: new Set() });
}
