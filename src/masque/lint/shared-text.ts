import { LIMITS } from "../../kernel/limits.ts";
import { type Masque, slugOf } from "../masque.ts";
import { fieldsOf } from "./fields.ts";
import { type Word, wordsOf } from "./prose.ts";
import type { Fault, Rule, Subject } from "./rule.ts";

/** Runs of words that two masques have in common. */

/** Shorter runs are common in plain English ("what to do when the task is"). */
const RUN_WORDS = 8;

/** Every run of eight words of some masques, and in which of them each run is. */
export type SharedText = {
  readonly slugsByRun: ReadonlyMap<string, readonly string[]>;
  readonly names: ReadonlyMap<string, string>;
  /** Masques that were left out, because the others have as many words as are compared. */
  readonly leftOut: number;
};

/** The runs of all masques that a file is compared with. A masque that is given twice, by its name, counts once. */
export function sharedTextOf(masques: readonly Masque[]): SharedText {
  const slugsByRun = new Map<string, string[]>();
  const names = new Map<string, string>();
  let words = 0;
  let leftOut = 0;
  for (const masque of masques) {
    const slug = slugOf(masque.name);
    const fields = fieldsOf(masque).map(({ text }) => wordsOf(text));
    words += fields.reduce((sum, { length }) => sum + length, 0);
    if (words > LIMITS.lintComparedWordsMax) {
      leftOut += 1;
      continue;
    }
    names.set(slug, masque.name);
    for (const { run } of fields.flatMap(runsOf)) {
      const slugs = slugsByRun.get(run) ?? [];
      if (!slugs.includes(slug)) slugsByRun.set(run, [...slugs, slug]);
    }
  }
  return { slugsByRun, names, leftOut };
}

/** `text/shared` */
export const sharedText: Rule = {
  id: "text/shared",
  severity: "error",
  title: `A run of ${RUN_WORDS} words that another masque has too`,
  reason: "Text that fits two trades is not about either of them, and whoever wears both reads it twice",
  fix: "say it in the terms of this trade, or leave it out; a masque that was forked may share text with its origin",
  canSilence: true,
  fails: "context: |\n  They read your status on a phone, and would accept bad news today.\n",
  passes: "context: |\n  They read your status on a phone between two trains.\n",
  find: (subject) => {
    const own = slugOf(subject.masque.name);
    const found = subject.fields.flatMap(({ path, text }) =>
      firstRuns(text, own, subject).map((run) => ({ ...run, path })),
    );
    return found.map(({ path, at, end, other, text }): Fault => {
      const shown = text.slice(at, end).replace(/\s+/g, " ");
      return {
        spot: { path, at, text: text.slice(at, end) },
        message: `${subject.shared.names.get(other) ?? other} says the same: "${shown}"`,
      };
    });
  },
};

/** Another masque's text for the example of the rule. */
export const SHARED_EXAMPLE = "They read your status on a phone and would accept bad news today.";

type Common = { readonly at: number; readonly end: number; readonly other: string; readonly text: string };

/** The first run that a text has in common with each other masque. A run is as long as it goes on being common. */
function firstRuns(text: string, own: string, { masque, shared }: Subject): readonly Common[] {
  const parent = parentOf(masque);
  const found = new Map<string, Common>();
  for (const { run, first, last } of runsOf(wordsOf(text))) {
    for (const other of shared.slugsByRun.get(run) ?? []) {
      if (other === own || other === parent || found.has(other)) continue;
      found.set(other, { at: first.at, end: last.end, other, text });
    }
  }
  return [...found.values()];
}

/** `attributes.forkedFrom` begins with the name of the masque that was copied. */
function parentOf({ attributes }: Masque): string | undefined {
  const value = attributes?.["forkedFrom"];
  return typeof value === "string"
    ? value
        .replace(/\s+\S*\d+\.\d+.*$/s, "")
        .trim()
        .toLowerCase()
        .replace(/[ _]/g, "-")
    : undefined;
}

function runsOf(words: readonly Word[]): { run: string; first: Word; last: Word }[] {
  const runs: { run: string; first: Word; last: Word }[] = [];
  for (let at = 0; at + RUN_WORDS <= words.length; at++) {
    const run = words.slice(at, at + RUN_WORDS);
    const [first, last] = [run[0], run[RUN_WORDS - 1]];
    if (first && last) runs.push({ run: run.map(({ word }) => word).join(" "), first, last });
  }
  return runs;
}
