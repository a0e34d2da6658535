import type { SCALE } from "./scale.ts";

/** The five dimensions in the order that every output shows them. */
export const DIMENSIONS = ["quality", "autonomy", "productivity", "token_efficiency", "cost_efficiency"] as const;

/** One of the five dimensions. */
export type Dimension = (typeof DIMENSIONS)[number];

/** What the score advises. */
export type Recommendation = "keep" | "review" | "doff";

/** How much there was to go on. */
export type Confidence = "low" | "medium" | "high";

/**
 * The score of one masque session, or of an agent session's baseline. Scores are 0 to 10 and unrounded; `null` is a
 * number that cannot be computed, never 0. Keys are the output's own: docs/scoring.md.
 */
export type Scorecard = {
  /** As telemetry has it: foreign text. */
  readonly session: string;
  readonly masque_session: string | null;
  readonly masque: string | null;
  readonly version: string | null;
  readonly digest: string | null;
  /** The root of the project that a masque session began in; `null` for a baseline. */
  readonly project: string | null;
  /** ISO 8601, UTC. */
  readonly started_at: string | null;
  /** Minutes: the spans' lengths summed; a baseline's: last event less first, `null` where none carries a time. */
  readonly duration_min: number | null;
  /** Minutes; `null` where neither a tool nor a model request ran. */
  readonly active_min: number | null;
  readonly dimensions: Readonly<Record<Dimension, number | null>>;
  readonly composite: number | null;
  readonly recommendation: Recommendation | null;
  readonly confidence: Confidence;
  readonly stats: {
    /** US dollars; `null` where no model request reported a cost. */
    readonly total_cost: number | null;
    readonly total_tools: number;
    readonly tools_ok: number;
    /** 0 to 100; `null` where no tool ran. */
    readonly tool_success_pct: number | null;
    readonly prompts: number;
    /** This and the next three are `null` where no model request reported any. */
    readonly input_tokens: number | null;
    readonly output_tokens: number | null;
    readonly cache_read_tokens: number | null;
    readonly cache_creation_tokens: number | null;
    readonly api_errors: number;
  };
  /** Why each absent number is absent, by its key. */
  readonly absent: Readonly<Record<string, string>>;
  /** The constants that the score was computed with. */
  readonly scale: typeof SCALE;
};
