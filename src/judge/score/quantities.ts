/**
 * What is counted of one masque session or baseline before anything is scored: docs/scoring.md, "The quantities". DuckDB
 * counts them; `score.ts` makes scores of them.
 */
export type Quantities = {
  readonly tools: number;
  readonly toolsOk: number;
  readonly prompts: number;
  /** Minutes as measured, not yet raised to the floor; `null` where neither a tool nor a model request ran. */
  readonly activeMin: number | null;
  readonly apiErrors: number;
  /** This and the tokens are sums over the model requests that reported them, `null` where none did. */
  readonly costUsd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheCreationTokens: number | null;
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
