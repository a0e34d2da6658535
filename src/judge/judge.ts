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
  /** Log files, oldest first: JSONL of export requests, or raw export request bodies. */
  readonly logs: readonly string[];
  /** Files that hold don and doff events. */
  readonly events: readonly string[];
};

/** What scoring found, and what it had to skip to find it. */
export type Verdict = {
  /** Oldest first. Empty when the selection matches nothing. */
  readonly scorecards: readonly Scorecard[];
  /** Log events of any session that were read, so that "no telemetry" and "none of this session" differ. */
  readonly eventsRead: number;
  /** Lines that are not an OTLP export request: counted, never silently dropped. */
  readonly linesSkipped: number;
};

/** Records in, scores out. One class over DuckDB implements it. */
export type Judge = {
  /** @throws {MasqueError} `judge.query-failed` */
  score(selection: Selection, sources: Sources): Promise<Verdict>;
  close(): void;
};
