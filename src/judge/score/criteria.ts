/** One criterion of a masque's rubric, decided over a session's transcript. Keys are the output's own: docs/scoring.md. */
export type DecidedCriterion = {
  readonly text: string;
  /** Whether a program can decide it. */
  readonly has_check: boolean;
  /** `absent` where nothing was shown: it passes no bar. */
  readonly outcome: "passed" | "failed" | "absent";
  /** What was found, or why nothing was. */
  readonly reason: string;
};

/** The criteria of a session's masque, in the rubric's order. */
export type SessionCriteria = {
  readonly decided: readonly DecidedCriterion[];
  /** Why nothing could be decided, or `null`. */
  readonly absent: string | null;
};

/** How many of the criteria that have a check passed, and how many there are; or why that is not known. */
export function countPassed({ decided, absent }: SessionCriteria): {
  readonly passed: number | null;
  readonly checked: number;
  readonly absent: string | null;
} {
  const checked = decided.filter(({ has_check }) => has_check);
  const known = checked.filter(({ outcome }) => outcome !== "absent");
  const passed = known.filter(({ outcome }) => outcome === "passed").length;
  if (known.length > 0) return { passed, checked: checked.length, absent: null };
  const why = absent ?? checked[0]?.reason ?? "the rubric has no criterion with a check";
  return { passed: null, checked: checked.length, absent: why };
}
