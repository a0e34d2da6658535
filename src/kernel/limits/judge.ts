import { KIB, MIB } from "./units.ts";

/** Bounds on reading telemetry back and on scoring it. */
export const JUDGE_LIMITS = {
  /** A don or doff record takes less than 2 KB. */
  markLineBytesMax: 64 * KIB,
  /** A span without a doff counts as so long where nothing else says when it ended. */
  openSpanMs: 86_400_000,
  /** Telemetry read at once: it is still in the processor's cache when it is looked at. */
  judgeChunkBytes: 1 * MIB,
  /** Standard input is kept on disk while it is judged; no person's history is longer than this. */
  judgeStdinBytesMax: 16 * 1024 * MIB,
  /** Standard input that a killed process left on disk is removed after a day: judging takes minutes. */
  stdinLeftoverMs: 86_400_000,
  /** What one step of a job may put into its summary; GitHub's runner shows nothing of a longer one. */
  githubSummaryBytesMax: 1 * MIB,
  /** Annotations of one kind that GitHub shows of a step. */
  githubAnnotationsMax: 10,
  /** Bad lines whose place is shown: who has more fixes the first ones, or their writer. */
  skippedLinesLocated: 5,
  /** The line of a foreign writer may hold a request of 64 MiB, and a protobuf request is longer as JSON. */
  judgeLineBytesMax: 256 * MIB,
  /** A line up to this length is parsed without being measured first: whatever it holds takes at most some 50 MB. */
  judgeLineBytesUnmeasured: 1 * MIB,
  /** Rows in memory before they are written: some 300 MB of telemetry, 40 MB as columns; of a store, one column file. */
  judgeRowsBuffered: 250_000,
  /** Different texts among those rows: 128 characters a row, where Claude Code writes 20. Foreign names have any length. */
  judgeTextCharsBuffered: 32 * MIB,
  /** New telemetry that each call reads again, in 10 ms; more of it goes into the store first. */
  storeTailBytesMax: 2 * MIB,
  /** Column files with more rows than this are not merged: such a merge takes half a second. */
  storeFileRowsMerged: 1_000_000,
  /** How long another process may take to bring the store up to date: some 6 GB of new telemetry. */
  storeLockWaitMs: 30_000,
  /** The manifest of a store: some 400 bytes for each telemetry file ever seen. */
  storeManifestBytesMax: 16 * MIB,
  /** Attempts at reading a store that another process changes meanwhile. */
  storeReadsMax: 4,
  /** A session's id may be shortened to its beginning; fewer characters than this are a typing mistake. */
  idPrefixCharsMin: 4,
  /** Ids that are named where a beginning fits several. */
  idsNamedMax: 4,
  /** Tools and prompts that are named as the reason for a score: the worst five cost most of it. */
  explainedMax: 5,
  /** An older page of `performance --html` that is written over: a dozen sessions take 300 KB. */
  pageBytesMax: 64 * MIB,
  /** Clocks of one machine differ by seconds; a don or doff more than an hour ahead is from a wrong clock. */
  marksAheadMs: 3_600_000,
  /** Records scored at once, some 200 MB in memory; more sessions take turns, which takes no longer. */
  judgeRowsScoredMax: 200_000,
} as const;
