/**
 * What is counted of one masque session or baseline before anything is scored: docs/scoring.md, "The quantities". DuckDB
 * counts them; `score.ts` makes scores of them.
 */
export type Quantities = {
  readonly tools: number;
  readonly toolsOk: number;
  readonly prompts: number;
  /** Minutes as measured, not yet raised to the floor. */
  readonly activeMin: number;
  /** Model requests that told what they cost. */
  readonly pricedRequests: number;
  readonly apiErrors: number;
  readonly costUsd: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
};

/** Whose quantities they are: a masque session's, or a baseline's where the masque session is `null`. */
export type Subject = {
  /** As telemetry has it: foreign text, never a path or a key of ours. */
  readonly session: string;
  readonly masqueSession: string | null;
  readonly masque: string | null;
  readonly version: string | null;
  readonly digest: string | null;
  /** `null` when no event of a baseline carries a time. */
  readonly startedUnixNano: bigint | null;
  /** `null` then too. */
  readonly durationMin: number | null;
  /** Where a masque session began: its project's root. */
  readonly project: string | null;
  /** The masque session's latest don, or the baseline's latest event. */
  readonly latestUnixNano: bigint | null;
};
