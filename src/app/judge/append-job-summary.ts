import { appendFileSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import { statOrUndefined } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Env } from "../../kernel/paths.ts";

/** What became of a text for the summary of a job's step. */
export type JobSummary =
  | { readonly kind: "written" | "not-asked" }
  | { readonly kind: "full"; readonly path: string }
  | { readonly kind: "failed"; readonly path: string; readonly why: string };

/**
 * Adds a text to the file that GitHub Actions names for the summary of a job's step.
 *
 * @param textWithin The text within so many bytes, or `undefined` where none is short enough: the runner takes no more.
 */
export function appendJobSummary(env: Env, textWithin: (bytesMax: number) => string | undefined): JobSummary {
  const path = env["GITHUB_STEP_SUMMARY"];
  if (!path) return { kind: "not-asked" };
  try {
    const text = textWithin(LIMITS.githubSummaryBytesMax - (statOrUndefined(path)?.size ?? 0) - 1);
    if (text === undefined) return { kind: "full", path };
    appendFileSync(path, `\n${text}`);
    return { kind: "written" };
  } catch (error) {
    return { kind: "failed", path, why: errnoOf(error) ?? String(error) };
  }
}
