/** What explains one score, counted over the same events: the worst first, and only a few of each. */
export type Explanation = {
  readonly failingTools: readonly FailingTool[];
  readonly costliestPrompts: readonly CostlyPrompt[];
};

/** A tool with at least one call that did not succeed. */
export type FailingTool = {
  /** As telemetry has it: foreign text; `null` where Claude Code gave no name. */
  readonly tool: string | null;
  readonly failed: number;
  readonly calls: number;
};

/** A prompt that cost something. */
export type CostlyPrompt = {
  /** As telemetry has it: foreign text. */
  readonly prompt_id: string;
  /** Its place among the session's prompts, from 1. */
  readonly nr: number;
  /** ISO 8601, UTC: the first event of it; `null` where none carries a time. */
  readonly began_at: string | null;
  /** US dollars. */
  readonly cost: number;
  /** Model requests. */
  readonly requests: number;
  readonly tools: number;
  readonly tools_failed: number;
};

/** The session that is explained. */
export type Explained = { readonly session: string; readonly masque_session: string | null };
