/** The three signals, by the last part of their HTTP path and the stem of their file. */
export const SIGNALS = ["logs", "metrics", "traces"] as const;

/** One of the three signals. */
export type Signal = (typeof SIGNALS)[number];
