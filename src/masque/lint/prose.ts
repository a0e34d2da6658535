/** A sentence of a text. Offsets in `text` and `plain` are the same. */
export type Sentence = {
  /** The offset of the sentence in its text, in UTF-16 units. */
  readonly at: number;
  /** The sentence as it was written, with a space for each line break. */
  readonly text: string;
  /** The same in lower case, with spaces for what is quoted or is code. */
  readonly plain: string;
};

/** Code, and quotations that begin and end at the edge of a word. What they hold is spoken of, not said. */
const QUOTED =
  /`[^`\n]{0,400}`|"[^"\n]{0,400}"|“[^”\n]{0,400}”|„[^“”\n]{0,400}[“”]|«[^»\n]{0,400}»|(?<=^|[\s(])'[^'\n]{1,200}'(?=$|[\s.,;:)!?])/g;

/** How a line begins that is something new: it is blank, or has a bullet, a number, a heading, a row of a table. */
const NEW_LINE = /^[ \t]*(?:$|[-*•+>#|–—]|\[|\d{1,3}[.)]|[a-z]\))/;

/** A shorter line was ended by its author rather than by the width of the page, if the next begins with a capital letter. */
const WRAPPED_CHARS_MIN = 50;

/** A full stop, and a next word that is not in lower case; abbreviations are followed by lower case. */
const SENTENCE_END = /[.!?]["”')\]*_`]{0,3}(?=\s+[^\sa-z])|\n/g;

/** The sentences of a text. A line that is broken in the middle of a paragraph goes on in the next line. */
export function sentencesOf(text: string): readonly Sentence[] {
  const marked = joinedLines(text);
  const plain = withoutQuotes(marked).replaceAll("’", "'").toLowerCase();
  // A letter whose lower case is longer would move every offset after it.
  const aligned = plain.length === marked.length ? plain : withoutQuotes(marked);
  const ends = [...marked.matchAll(SENTENCE_END)].map((match) => match.index + match[0].length);
  let begin = 0;
  return [...ends, marked.length].flatMap((end) => {
    const at = begin + (marked.slice(begin, end).match(/^\s*/)?.[0].length ?? 0);
    begin = end;
    return at >= end ? [] : [{ at, text: marked.slice(at, end), plain: aligned.slice(at, end) }];
  });
}

/** The text with a space for each line break in the middle of a paragraph. */
function joinedLines(text: string): string {
  const lines = text.split("\n");
  return lines
    .map((line, at) => {
      const next = lines[at + 1];
      if (next === undefined) return line;
      const isEnded = line.trim().length < WRAPPED_CHARS_MIN && /^\s*\p{Lu}/u.test(next) && !/[,;]\s*$/.test(line);
      return `${line}${isEnded || NEW_LINE.test(next) || line.trim() === "" ? "\n" : " "}`;
    })
    .join("");
}

/** The text with spaces for code and quotations. */
export function withoutQuotes(text: string): string {
  return text.replace(QUOTED, (quoted) => " ".repeat(quoted.length));
}

const BEFORE_AN_ORDER =
  /(?:^|[.,:;!?()[\]{}*_#|>"/–—-])\s*$|\b(?:and|then|please|always|just|must|should|shall|also|or|but|will|you|simply|ever|to always|still)\s+$/;

/** Whether what begins at an offset of a sentence is an order: it begins the sentence or a clause, or follows "always" and the like. */
export function isOrder({ plain }: Sentence, at: number): boolean {
  return BEFORE_AN_ORDER.test(plain.slice(Math.max(0, at - ORDER_CHARS), at)) || plain.slice(0, at).trim() === "";
}

const ORDER_CHARS = 24;

/** Whether a sentence refuses or quotes what comes after `at`, such as `never write`, or `words such as`. */
export function isRefused({ plain }: Sentence, at: number): boolean {
  return REFUSAL.test(plain.slice(0, at));
}

const REFUSAL =
  /\b(?:never|not|cannot|no|nor|without|avoid|refuse|reject|delete|strike|cut|remove|drop|replace|ban|flag|instead of|rather than|such as|words? like|phrases?|e\.g)\b|n't\b/;

/** A word, in lower case without signs, and where it is. */
export type Word = { readonly word: string; readonly at: number; readonly end: number };

/** The words of a text: letters and digits, with apostrophes left out. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu)) {
    const word = match[0].toLowerCase().replace(/['’]/g, "");
    words.push({ word, at: match.index, end: match.index + match[0].length });
  }
  return words;
}

const ENGLISH = new Set(
  "the a an to of and is in you it that for or not with on are be if what no your this from each at by as one".split(
    " ",
  ),
);
const NOT_ENGLISH = new Set(
  "der die das und nicht ist ein eine den dem zu mit auf für wenn le la les et des est une que pas pour dans el los las y para con por il lo che non una di het een van niet op te não uma os com para i nie jest się na do w och att det inte som på".split(
    " ",
  ),
);

/** Whether a text is in another language than English: rules that look for English words do not apply to it. */
export function isForeign(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin < letters * LATIN_SHARE_MIN) return true;
  const words = wordsOf(text).map(({ word }) => word);
  const english = words.filter((word) => ENGLISH.has(word)).length;
  return words.filter((word) => NOT_ENGLISH.has(word)).length > english;
}

const LATIN_SHARE_MIN = 0.7;
