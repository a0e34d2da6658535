import { KIB, MIB } from "./units.ts";

/** Bounds on wearing a masque: sessions and their state, hooks, and Claude Code's own files. */
export const WEAR_LIMITS = {
  /** What a person types after a masque's name. The block has a bound of its own; this one ends the reading of standard input. */
  intentBytesMax: 64 * KIB,
  /** What a person types after a slash command: as much as standard input may bring. */
  slashArgumentBytesMax: 64 * KIB,
  /** The file that hands the typed words over: JSON may take six bytes for one, and a project's path is short. */
  handedOverBytesMax: 512 * KIB,
  /** What a hook answers to a person: Claude Code shows all of 300,000 characters, too many to scroll through. */
  answerCharsMax: 30_000,
  /**
   * A slash command's block runs at once after its hook. On a busy machine some seconds may pass, and some more while a person is
   * asked for permission. Words that were left longer ago belong to another command.
   */
  slashArgumentWaitMs: 30_000,
  /** Processes between this one and the machine's first: a deep chain of shells, editors and containers has some twenty. */
  ancestorsMax: 128,
  /** Hook payloads carry the prompt: the largest paste that Claude Code accepts is far smaller. */
  hookPayloadBytesMax: 8 * MIB,
  /** The state of one agent session: some 2 KB, and an intent of at most 64 KiB that may take six times as much in JSON. */
  sessionFileBytesMax: 1 * MIB,
  /** Closed agent sessions that are kept, the oldest dropped first: half a year of a busy person's conversations. */
  closedSessionsMax: 500,
  /** Session files looked at in one pass: far more than are kept. More of them come from a broken disk or clock. */
  sessionsScannedMax: 5_000,
  /** Masque sessions of one agent session that are remembered after their doff. */
  formerPerSessionMax: 20,
  /** Spans kept of one masque session, the first and the latest: a conversation is resumed some dozen times. */
  spansKeptMax: 200,
  /** Records of one agent session that wait while `masque.jsonl` cannot be written; the oldest dropped first. */
  pendingEventsMax: 500,
  /** State of a folder that is gone or of a killed Claude Code is dropped after a quarter of a year: no one comes back by then. */
  abandonedStateMs: 90 * 86_400_000,
  /** What a killed process left beside its state: no change takes a day. */
  leftoverStateMs: 86_400_000,
  /** How often state is looked through for what can be dropped. */
  stateTidiedEveryMs: 86_400_000,
  /** Beyond the number of sessions kept, a don looks for closed ones once in so many new sessions: the look takes 25 ms. */
  sessionsPerTidying: 16,
  /** A clock that went back by at most this is taken for a late one, and later times are put right after the earlier ones. */
  clockBackMsMax: 3_600_000,
  /** Claude Code processes whose last word waits for their next hook: a machine runs a few dozen agents. */
  hostNotesMax: 50,
  /** What one Claude Code process announced. */
  hostNoteBytesMax: 4 * KIB,
  /** What is known of one project's spinner verbs: written whole again beyond the first, never read beyond the second. */
  projectVerbsBytesKept: 64 * KIB,
  projectVerbsBytesMax: 16 * MIB,
  /** Agent sessions that wear a masque with verbs in one project at once, the latest kept. */
  verbWearersMax: 1_000,
  /** `.claude/masque.session.json`, which a former version kept in the project: 50 entries of 20 former ones are 300 KB. */
  formerStateBytesMax: 512 * KIB,
  /** Levels and values of that file: entries hold spans three levels down, some twenty values each. */
  formerStateDepthMax: 12,
  formerStateElementsMax: 50_000,
  /** The longest key of that file is an agent session's id. */
  formerStateKeyBytesMax: 200,
  /** A repository's `.git/info/exclude` is a page of patterns. */
  gitExcludeBytesMax: 64 * KIB,
  /** The end of `masque.jsonl` in which the dons of such a file are looked for: some 20,000 records, read in 50 ms. */
  donsSearchedBytesMax: 16 * MIB,
  /** The end of `masque.jsonl` that is searched for a record which may have been appended before a crash. */
  eventTailBytesMax: 4 * MIB,
  /** Sessions in which one judgement completes what a dead process left: a machine loses few processes at once. */
  sessionsSettledMax: 20,
  /** A Claude Code settings file: years of permissions are some 100 KiB, and a hook parses 1 MiB four times in 0.4 s. */
  settingsFileBytesMax: 1 * MIB,
  /** Attempts at a settings file that another program keeps changing: Claude Code writes when a person decides something. */
  settingsWritesMax: 3,
  /** Sets of edits that a settings file may hold after crashes: one that was there, and one that was being written. */
  settingsEditSetsMax: 4,
  /** The status line that the user had before masque's: Claude Code redraws it at most several times a second. */
  formerStatuslineWaitMs: 2_000,
  /** A status line is one line or a few. */
  formerStatuslineBytesMax: 64 * KIB,
  /** The end of a transcript that is read to learn what a forked conversation wears. */
  transcriptTailBytesMax: 16 * MIB,
  /** A transcript that a rubric's checks are decided over: read whole, since a tool may be used anywhere in it. */
  transcriptBytesMax: 256 * MIB,
  /** Different tools of one session. Claude Code has some thirty, and each MCP server adds a few. */
  toolNamesMax: 1_000,
} as const;
