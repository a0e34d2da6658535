import { LIMITS } from "../../kernel/limits.ts";
import { plural } from "../../kernel/text/plural.ts";
import { type Masque, slugOf } from "../masque.ts";
import { fieldsOf } from "./fields.ts";
import { type Word, wordsOf } from "./prose.ts";
import type { Fault, Field, Rule, SharedText, Subject } from "./rule.ts";

/** Runs of words that two masques have in common. */

/** Shorter runs are common in plain English ("what to do when the task is"). */
const RUN_WORDS = 8;

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
  find: (subject) =>
    subject.fields.flatMap((field) =>
      commonIn(field.text, subject).map((common) => faultOf(common, field, subject.shared.names)),
    ),
};

function faultOf({ at, end, others }: Common, { path, text }: Field, names: SharedText["names"]): Fault {
  const common = text.slice(at, end);
  const [first = "", ...rest] = [...others].map((slug) => names.get(slug) ?? slug);
  const who = rest.length === 0 ? `${first} says` : `${first} and ${plural(rest.length, "other masque")} say`;
  const shown = common.replace(/\s+/g, " ");
  const cut = shown.length > SHOWN_CHARS_MAX ? `${shown.slice(0, SHOWN_CHARS_MAX).toWellFormed()}…` : shown;
  return { spot: { path, at, text: common }, message: `${who} the same: "${cut}"` };
}

const SHOWN_CHARS_MAX = 120;

/** Another masque's text for the example of the rule. */
export const SHARED_EXAMPLE = "They read your status on a phone and would accept bad news today.";

/** A part of a text that other masques have too: as long as each run in it is common. */
type Common = { readonly at: number; readonly end: number; readonly others: ReadonlySet<string> };

function commonIn(text: string, { masque, shared }: Subject): readonly Common[] {
  const [own, parent] = [slugOf(masque.name), parentOf(masque)];
  const found: Common[] = [];
  for (const { run, first, last } of runsOf(wordsOf(text))) {
    const others = (shared.slugsByRun.get(run) ?? []).filter((slug) => slug !== own && slug !== parent);
    if (others.length === 0) continue;
    const before = found.at(-1);
    if (before && first.at < before.end) {
      found[found.length - 1] = { at: before.at, end: last.end, others: new Set([...before.others, ...others]) };
    } else {
      found.push({ at: first.at, end: last.end, others: new Set(others) });
    }
  }
  return found;
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
