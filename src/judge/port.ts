import type { Explained, Explanation } from "./explain/explanation.ts";
import type { Scorecard } from "./score/scorecard.ts";

/** Which sessions to score. */
export type Selection =
  /** By an agent session's id (all its masque sessions, else its baseline) or a masque session's, or by how one id begins. */
  | { readonly kind: "session"; readonly id: string }
  /** Of one agent session that has telemetry: its latest masque session, or its baseline. */
  | { readonly kind: "here"; readonly id: string }
  /**
   * The masque session with the latest don, or the latest baseline where there was never a don. Dons of terminals, which
   * send no telemetry, do not count.
   */
  | { readonly kind: "last"; readonly among?: SessionFilter }
  /**
   * Every masque session, and one baseline for each agent session that has events outside every span. Masque sessions of
   * terminals, which have no telemetry and so no score, are among them only `withTerminals`.
   */
  | { readonly kind: "all"; readonly among?: SessionFilter; readonly withTerminals?: boolean };

/** Which sessions count: those that meet every part that is given. */
export type SessionFilter = {
  /** Sessions that began then or later; a session without a time does not count. */
  readonly sinceUnixNano?: bigint;
  /** Masque sessions of the masque of that name, whatever its case and spaces. */
  readonly masque?: string;
  /** Masque sessions that began in that project: the absolute path of its root. */
  readonly project?: string;
};

/** Where telemetry is read from. */
export type Sources = {
  /** Log files, oldest first: JSONL of export requests, or raw export request bodies, JSON (`.json`) or protobuf (`.pb`). */
  readonly logs: readonly string[];
  /**
   * Lists the same files again: a file that a writer closed while others were read has a name by now that did not exist
   * before.
   */
  listLogs?(): readonly string[];
  /** The only files whose dons and doffs count: JSONL that masque wrote; a file that is not there is empty. */
  readonly marks: readonly string[];
  /** The folder in which their columns are kept from one call to the next; absent for sources that are read whole. */
  readonly store?: string;
};

/** What scoring found, and what it had to skip to find it. */
export type Verdict = {
  /** Oldest first. Empty when the selection matches nothing. */
  readonly scorecards: readonly Scorecard[];
  /** Log events of any session that were read, so that "no telemetry" and "none of this session" differ. */
  readonly eventsRead: number;
  /** Agent sessions that those events belong to; counted only where nothing was found, else `null`. */
  readonly sessionsSeen: number | null;
  /** Whether the agent session asked for has only events that do not make a session; set only where nothing was found. */
  readonly isIdle: boolean;
  /** Lines that are not an OTLP export request: always counted. */
  readonly linesSkipped: number;
  /** Where the first of these lines are, under the names that their files have now: at most `LIMITS.skippedLinesLocated`. */
  readonly firstSkipped: readonly SkippedLine[];
  /** Whether the logs that were read just now held dons or doffs, which are ignored there. */
  readonly hasMarksInLogs: boolean;
  /** Dons and doffs that were ignored because their time is more than an hour ahead of the clock. */
  readonly marksAhead: number;
  /** Why the store could not be brought up to date; `null` where it was. The scores are the same, but took longer. */
  readonly storeProblem: string | null;
};

/** A line that could not be used; `why` is set where the line is neither torn nor foreign. */
export type SkippedLine = { readonly path: string; readonly line: number; readonly why?: string };

/** How far judging has come: first in bytes of all that must be read, then, where there are many, in sessions. */
export type JudgeProgress =
  | { readonly doing: "reading"; readonly bytesRead: number; readonly bytesTotal: number }
  | { readonly doing: "scoring"; readonly sessionsScored: number; readonly sessionsTotal: number };

/** Options of scoring. */
export type ScoreOptions = {
  /** Called for every MiB or so that is read, and between turns of scoring; never when there is nothing to wait for. */
  onProgress?(progress: JudgeProgress): void;
};

/** Records in, scores out. One class over DuckDB implements it. */
export type Judge = {
  /**
   * Scores what is selected. A second call with the same `sources` value does not read the files again.
   *
   * @throws {MasqueError} `judge.query-failed`, `judge.logs-unreadable`
   */
  score(selection: Selection, sources: Sources, options?: ScoreOptions): Promise<Verdict>;
  /**
   * Explains a score, from what `score` read of the same `sources` value.
   *
   * @throws {MasqueError} `judge.query-failed`, `judge.logs-unreadable`
   */
  explain(session: Explained, sources: Sources): Promise<Explanation>;
  /**
   * Brings the sources' store up to date, however little is new. Does nothing without a store.
   *
   * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `judge.query-failed`, `judge.logs-unreadable`
   */
  update(sources: Sources, options?: ScoreOptions): Promise<void>;
  /**
   * Builds the sources' store again from their files. Rows whose file retention dropped stay: only the store has them.
   *
   * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `judge.query-failed`, `judge.logs-unreadable`
   */
  rebuild(sources: Sources, options?: ScoreOptions): Promise<void>;
  close(): void;
  /**
   * To be called instead of {@link Judge.close} when the process ends at once: removes what outlives the process, and leaves
   * its memory to the system, which frees it faster.
   */
  closeAtExit(): void;
};
