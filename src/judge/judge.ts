import type { Scorecard } from "./scorecard.ts";

/** Which sessions to score. */
export type Selection =
  /** By an agent session's id (all its masque sessions, else its baseline) or a masque session's. */
  | { readonly kind: "session"; readonly id: string }
  /** The masque session with the latest don, or the latest baseline where there was never a don. */
  | { readonly kind: "last" }
  /** Every masque session, and one baseline for each agent session that has events outside every span. */
  | { readonly kind: "all" };

/** Where telemetry is read from. */
export type Sources = {
  /** Log files, oldest first: JSONL of export requests, or raw export request bodies, JSON (`.json`) or protobuf (`.pb`). */
  readonly logs: readonly string[];
  /**
   * The same, as they are by now: a file that a writer closed while others were read goes on under a name that was not
   * there to be listed.
   */
  listLogs?(): readonly string[];
  /** The user's own don and doff events: JSONL; a file that is not there is empty. */
  readonly events: string;
  /**
   * Whether `events` tell of these logs in any case, or only where the logs hold no don or doff themselves; then they
   * count for the agent sessions that the logs tell of, and for no other.
   */
  readonly eventsCount: "always" | "when-logs-hold-none";
};

/** What scoring found, and what it had to skip to find it. */
export type Verdict = {
  /** Oldest first. Empty when the selection matches nothing. */
  readonly scorecards: readonly Scorecard[];
  /** Log events of any session that were read, so that "no telemetry" and "none of this session" differ. */
  readonly eventsRead: number;
  /** Agent sessions that those events belong to. */
  readonly sessionsSeen: number;
  /** Lines that are not an OTLP export request: counted, never silently dropped. */
  readonly linesSkipped: number;
};

/** Records in, scores out. One class over DuckDB implements it. */
export type Judge = {
  /**
   * Scores what is selected. The same `sources` value again answers from what was read the first time.
   *
   * @throws {MasqueError} `judge.query-failed`, `judge.logs-unreadable`
   */
  score(selection: Selection, sources: Sources): Promise<Verdict>;
  close(): void;
};
