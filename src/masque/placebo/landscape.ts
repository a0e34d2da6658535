import type { Digest } from "../../kernel/text/digest.ts";
import { digestHex } from "../../kernel/text/digest.ts";

/**
 * Sentences about a landscape: statements only, which ask for nothing and describe no way to work. All of them have the form
 * "The (adjective) noun (is adjective | verb) (preposition the (adjective) noun)…", which is grammatical for every choice of words.
 */

const NOUNS = [
  ..."hill river meadow lake valley shore ridge orchard moor dune pond marsh cliff field island cloud stream hedge".split(
    " ",
  ),
  ..."bay heath glade beach forest spring".split(" "),
];
const ADJECTIVES = [
  ..."low grey green wide pale quiet broad soft long mild still brown distant shallow round damp silver bare".split(
    " ",
  ),
  ..."gentle narrow yellow cool calm old".split(" "),
];
const VERBS = "lies rests ends fades shines begins".split(" ");
const PREPOSITIONS = "by near below above along past".split(" ");

/** The longest sentence, and the shortest that has a verb, in words. */
const SENTENCE_WORDS_MAX = 13;
const SENTENCE_WORDS_MIN = 4;

/** A number from 0 up to but without `below`. */
export type Chance = (below: number) => number;

/** The same numbers for the same digest. @source mulberry32, public domain. */
export function chanceOf(digest: Digest): Chance {
  let state = Number.parseInt(digestHex(digest).slice(0, 8), 16);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Sentences of exactly `words` words in all. Fewer than four words are a phrase without a verb. */
export function landscape(words: number, chance: Chance): string {
  const sentences: string[] = [];
  for (let left = words; left > 0; ) {
    const length = sentenceLength(left, chance);
    sentences.push(sentenceOf(length, chance));
    left -= length;
  }
  return sentences.join(" ");
}

/** Leaves nothing, or enough for another sentence. */
function sentenceLength(left: number, chance: Chance): number {
  if (left <= SENTENCE_WORDS_MAX) return left;
  const longest = Math.min(SENTENCE_WORDS_MAX, left - SENTENCE_WORDS_MIN);
  const shortest = SENTENCE_WORDS_MIN + 2;
  return shortest + chance(longest - shortest + 1);
}

function sentenceOf(words: number, chance: Chance): string {
  const pick = (list: readonly string[]) => list[chance(list.length)] ?? "";
  const nounPhrase = (length: number) => (length === 2 ? ["the", pick(NOUNS)] : ["the", pick(ADJECTIVES), pick(NOUNS)]);
  const [subject, verb, ...places] = partsOf(words);
  const said = [
    ...(words < 3 ? [...(words === 2 ? [pick(ADJECTIVES)] : []), pick(NOUNS)] : nounPhrase(subject)),
    ...(verb === 2 ? ["is", pick(ADJECTIVES)] : verb === 1 ? [pick(VERBS)] : []),
    ...places.flatMap((length) => [pick(PREPOSITIONS), ...nounPhrase(length - 1)]),
  ].join(" ");
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

/** Words of the subject, of the verb, and of each place: 2 or 3, then 1 or 2, then 3 or 4 each. */
function partsOf(words: number): readonly [subject: number, verb: number, ...places: number[]] {
  if (words <= 3) return [words, 0];
  if (words <= 5) return [words - 2, 2];
  const places = words <= 9 ? 1 : 2;
  const extra = words - 3 - 3 * places;
  const one = (at: number) => (extra > at ? 1 : 0);
  return [2 + one(0), 1 + one(1), ...Array.from({ length: places }, (_, index) => 3 + one(2 + index))];
}
