import type { Rule } from "./rule.ts";

/**
 * Rules about the file rather than the masque in it. What they find is found while the file is read, by `lint-file.ts`; here are
 * their texts.
 */

const found: Rule["find"] = () => [];

/** `file/invalid` */
export const fileInvalid: Rule = {
  id: "file/invalid",
  severity: "error",
  title: "What masque validate refuses",
  reason: "A masque that does not pass the schema cannot be donned",
  fix: "correct what the message names",
  canSilence: false,
  fails: "version: 1\n",
  passes: 'version: "1.0.0"\n',
  find: found,
};

/** `text/invisible` */
export const invisible: Rule = {
  id: "text/invisible",
  severity: "error",
  title: "An invisible, bidirectional or control character",
  reason: "People must see everything that an agent reads, and text must not control a terminal",
  fix: "delete the character",
  canSilence: false,
  fails: 'context: "Read the\\u200b diff"\n',
  passes: 'context: "Read the\\u00a0diff \\u2713, la \\u00ab revue \\u00bb"\n',
  find: found,
};

/** `lint/silence` */
export const silence: Rule = {
  id: "lint/silence",
  severity: "error",
  title: "A silence without effect or without a reason",
  reason: "Who reads the file must learn which rule is broken on purpose, and why",
  fix: "name a rule that `masque lint --rules` lists, and say why the file breaks it",
  canSilence: false,
  fails:
    'lint:\n  silence:\n    - rule: text/vauge\n      reason: "quoted from a guide"\n    - rule: text/vague\n      reason: "  "\n',
  passes: 'lint:\n  silence:\n    - rule: text/vague\n      reason: "the lens quotes the orders that it strikes out"\n',
  find: found,
};
