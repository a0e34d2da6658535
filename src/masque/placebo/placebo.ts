import { type Digest, digestOf } from "../../kernel/text/digest.ts";
import { identityBlock } from "../identity-block.ts";
import type { Masque, MasqueName, ResolvedMasque } from "../masque.ts";
import { type Chance, chanceOf, landscape } from "./landscape.ts";

/** A text of the same length and shape as a masque's identity block, which says nothing that helps. */
export type Placebo = {
  readonly digest: Digest;
  /** The text in place of the identity block. */
  readonly block: string;
  /** Words of `block`, and of the identity block that it replaces. */
  readonly words: number;
  readonly masqueWords: number;
};

const PLACEBO_NAME = "Placebo" as MasqueName;
const LINE_CHARS_MAX = 92;

/**
 * The placebo of a masque: the same for the same bytes. Each paragraph of lens and context becomes a description of a landscape
 * with the same number of words. What else the block holds, such as attributes, becomes words at the end of the lens.
 */
export function placeboOf({ masque, digest }: Pick<ResolvedMasque, "masque" | "digest">): Placebo {
  const chance = chanceOf(digest);
  const masqueWords = countWords(identityBlock({ masque, digest, intent: null, replaces: null }));
  const lens = sameLength(masque.lens, chance);
  const context = masque.context === undefined ? {} : { context: sameLength(masque.context, chance) };
  const first = blockOf({ lens, ...context });
  const missing = masqueWords - countWords(first.block);
  const second =
    missing > 0 ? blockOf({ lens: `${lens}\n\n${wrapped(landscape(missing, chance))}`, ...context }) : first;
  return { ...second, words: countWords(second.block), masqueWords };
}

/** Words are what white space divides. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

function blockOf(texts: Pick<Masque, "lens" | "context">): { block: string; digest: Digest } {
  const masque: Masque = { name: PLACEBO_NAME, version: "1.0.0", ...texts };
  const digest = digestOf(texts.lens);
  return { digest, block: identityBlock({ masque, digest, intent: null, replaces: null }) };
}

function sameLength(text: string, chance: Chance): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => wrapped(landscape(countWords(paragraph), chance)))
    .join("\n\n");
}

function wrapped(text: string): string {
  let line = "";
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length >= LINE_CHARS_MAX) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
