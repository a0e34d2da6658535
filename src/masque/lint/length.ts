import { countWords } from "../../kernel/text/count-words.ts";
import type { Rule } from "./rule.ts";

/** A lens below this cannot say what to look at, how to decide, what to refuse and how to report. */
const LENS_WORDS_MIN = 40;
/** Published trials of skills: short and procedural text helps, exhaustive text costs and often hurts. */
const LENS_WORDS_MAX = 600;
/** What an agent pays in every session, and again after each compaction. */
const BLOCK_TOKENS_MAX = 1_100;

/** Words to fill an example with, none of which says anything. */
const WORDS = [
  "check",
  "inputs",
  "types",
  "callers",
  "tests",
  "locks",
  "queries",
  "clients",
  "errors",
  "owners",
  "limits",
];

/** `lens/too-short` */
export const lensTooShort: Rule = {
  id: "lens/too-short",
  severity: "error",
  title: `The lens has fewer than ${LENS_WORDS_MIN} words`,
  reason: "A lens is a procedure: what to look at first, how to decide, what to refuse, how to report, when to stop",
  fix: "write the steps of the trade, in their order",
  canSilence: true,
  fails: `lens: |
  Review the diff. Never edit it. Report the faults in at most 10 lines, then stop.
`,
  passes: `lens: |
  Read the diff once for intent and once for risk. For each changed signature open every caller. For each new call that can
  fail, find who notices. Never edit a file: you review. Taste is not a fault, so leave it out. Report at most ten faults, each
  with its file and line, worst first, then one line with your verdict. Stop when every caller was opened.
`,
  find: ({ masque }) => {
    const words = countWords(masque.lens);
    if (words >= LENS_WORDS_MIN) return [];
    return [
      { spot: { path: ["lens"], part: "key" }, message: `The lens has ${words} words, and needs ${LENS_WORDS_MIN}` },
    ];
  },
};

/** `lens/too-long` */
export const lensTooLong: Rule = {
  id: "lens/too-long",
  severity: "warning",
  title: `The lens has more than ${LENS_WORDS_MAX} words`,
  reason: "In published trials short, specific text helped an agent, and exhaustive text did not",
  fix: "delete what a strong model would do without being asked",
  canSilence: true,
  fails: `lens: |
  Read the diff first. Never edit it. Report what you found in ten lines, then stop.
  ${numbered(650)}
`,
  passes: `lens: |
  Read the diff first. Never edit it. Report what you found in ten lines, then stop.
  ${numbered(550)}
`,
  find: ({ masque }) => {
    const words = countWords(masque.lens);
    if (words <= LENS_WORDS_MAX) return [];
    const message = `The lens has ${words} words, and more than ${LENS_WORDS_MAX} cost more than they help`;
    return [{ spot: { path: ["lens"], part: "key" }, message }];
  },
};

/** `block/tokens` */
export const blockTokens: Rule = {
  id: "block/tokens",
  severity: "error",
  title: `The identity block has more than ${BLOCK_TOKENS_MAX} tokens, as o200k_base counts them`,
  reason: "The agent pays for the block when the masque is donned, and again after each compaction",
  fix: "shorten the lens and the context",
  canSilence: true,
  fails: `lens: |
  Read the diff first. Never edit it. Report what you found in ten lines, then stop.
  ${numbered(560)}
context: |
  ${numbered(640)}
`,
  passes: `lens: |
  Read the diff first. Never edit it. Report what you found in ten lines, then stop.
  ${numbered(400)}
`,
  find: ({ blockTokens: tokens }) => {
    if (tokens <= BLOCK_TOKENS_MAX) return [];
    const message = `The identity block has ${tokens} tokens (o200k_base), and at most ${BLOCK_TOKENS_MAX} are allowed`;
    return [{ spot: { path: ["lens"], part: "key" }, message }];
  },
};

function numbered(words: number): string {
  return Array.from({ length: words }, (_, at) => WORDS[at % WORDS.length]).join(" ");
}
