import { KIB, MIB } from "./units.ts";

/** Bounds on what people write: masque files, YAML, settings. */
export const MASQUE_LIMITS = {
  /** A masque is prose that an agent reads whole: a larger file is a mistake or an attack. */
  masqueFileBytesMax: 256 * KIB,
  /** One field (lens, context, rubric) of a masque. */
  masqueFieldBytesMax: 64 * KIB,
  /** YAML aliases that are expanded while reading: a masque needs none, a few do no harm, an alias bomb needs thousands. */
  yamlAliasesMax: 32,
  /**
   * Levels of nesting in YAML, by brackets, by signs on one line or by indentation. A masque needs 3. The parser's time grows with
   * the square of the levels.
   */
  yamlDepthMax: 32,
  /** Keys, values and signs of one YAML file. A masque has some fifty. The parser's time grows with the square of a map's keys. */
  yamlTokensMax: 10_000,
  /** Characters of one key of YAML; YAML itself allows no more before a colon. */
  yamlKeyCharsMax: 1_024,
  /** Problems shown of one YAML file: who has more reads the first ones anyway. */
  yamlProblemsMax: 50,
  /** Levels within a masque's attributes: they are metadata, at most a list of tags or a small map. */
  attributeDepthMax: 8,
  /** Verbs of one masque, and the length of one verb: a spinner shows a single short line. */
  spinnerVerbsMax: 200,
  spinnerVerbCharsMax: 80,
  /** Criteria of one rubric: a session that is held to more is held to none. */
  rubricCriteriaMax: 50,
  /** One criterion: a sentence or two. */
  criterionBytesMax: 2 * KIB,
  /** A pattern of a rubric: longer ones cannot be read by a person. */
  patternBytesMax: 512,
  /**
   * Instructions of a compiled pattern. Matching takes at most as many steps as the answer is long times the instructions, and a
   * short pattern can ask for many: `.{1000}` for 1,000. Patterns of people have up to some 100.
   */
  patternProgramMax: 500,
  /** An answer that the checks of a rubric look at: a person reads no longer one. */
  answerBytesMax: 1 * MIB,
  /** Characters shown of what a pattern matched: enough to recognise the place. */
  matchCharsShownMax: 80,
  /** The largest bound on an answer's words that means something: no agent answers with more. */
  maxWordsMax: 100_000,
  /** A tool's name. Claude Code's tools have up to 64 characters, those of MCP servers up to 128. */
  toolNameCharsMax: 128,
  /** Words of an anchor: it is repeated, so it is one or two rules, and cheap. */
  anchorWordsMax: 60,
  /** Bytes of an anchor: 60 words of any language. */
  anchorBytesMax: 2 * KIB,
  /** The count of prompts until an anchor is repeated: two ids and a number. */
  anchorCountBytesMax: 1 * KIB,
  /** Lint rules that one file silences, and the length of a reason. */
  silencesMax: 100,
  silenceTextBytesMax: 1 * KIB,
  /**
   * Words of all masques that lint compares with each other. 236 masques of 600 words are a fourteenth of it; with more, some 300 MB of
   * runs would be kept.
   */
  lintComparedWordsMax: 2_000_000,
  /** A checked masque as JSON, where each character of its text may take up to six bytes. */
  verdictBytesMax: 2 * MIB,
  /** Masque files of a private folder that a listing looks at: far more than anyone chooses from. */
  privateMasquesMax: 2_000,
  /** The manifest of that many masques. */
  manifestBytesMax: 4 * MIB,
  /** An answer in the interview of `masque new`: one line that a person types. */
  interviewAnswerCharsMax: 1_000,
  /** The JSON Schema that masque wrote for editors, some 10 KiB. */
  schemaFileBytesMax: MIB,
  /** Lines by which two texts may differ to be compared line by line. The time grows with the product of length and difference. */
  lineEditsMax: 2_000,
  /** A config file is a page of settings. */
  configFileBytesMax: 64 * KIB,
  /** Levels of a config file: settings have two. */
  configDepthMax: 4,
  /** Characters shown of what is wrong with a config file's YAML: the message may name an anchor or a tag. */
  configFaultCharsMax: 120,
  /** Characters shown of a key that is not a setting. */
  configKeyCharsMax: 80,
  /** Warnings about a config file: who reads ten has seen the point. */
  configWarningsMax: 10,
  /** Claude Code replaces command output over 30,000 characters by a preview; 28,000 leaves room for the text around it. */
  blockCharsMax: 28_000,
  /** Claude Code replaces hook output over 10,000 characters; 9,500 leaves room for the JSON around it. */
  hookBlockCharsMax: 9_500,
} as const;
