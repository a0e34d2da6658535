import { KIB, MIB } from "./units.ts";

/** Bounds on trials of a masque: cases, and what promptfoo answers. */
export const TRIAL_LIMITS = {
  /** A file of cases: prompts and their material. */
  casesFileBytesMax: 1 * MIB,
  /** Cases of one file: each is asked in three arms, several times, and costs money. */
  trialCasesMax: 200,
  /** A case's name is a folder's name in an export. */
  trialCaseNameCharsMax: 60,
  /** One prompt with its material. */
  trialPromptBytesMax: 64 * KIB,
  /** Runs of each case in each arm: more narrows no interval that matters. */
  trialRunsMax: 50,
  /** Tokens of one answer. */
  trialAnswerTokensMax: 64_000,
  /** promptfoo's results: 30,000 answers of some kilobytes, each with its prompt. */
  resultsBytesMax: 512 * MIB,
  /** How long promptfoo may take. A large suite at a slow provider takes an hour. */
  promptfooWaitMs: 6 * 60 * 60 * 1_000,
  /** Characters of what promptfoo said when it failed: its last lines name the reason. */
  promptfooSaidCharsMax: 2_000,
} as const;
