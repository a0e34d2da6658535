import { appendJobSummary, type JobSummary } from "../../app/judge/append-job-summary.ts";
import type { Judged } from "../../judge/score/bars.ts";
import { MasqueError } from "../../kernel/errors.ts";
import type { Env } from "../../kernel/paths.ts";
import type { Output } from "../../kernel/world.ts";
import { failureAnnotation } from "./render-github.ts";
import { failureMarkdown, markdownWithin } from "./render-markdown.ts";

/** Whether a step of GitHub Actions runs us. */
export function isGithubAction(env: Env): boolean {
  return env["GITHUB_ACTIONS"] === "true";
}

/**
 * Adds the report to the summary of the job's step, as far as it fits.
 *
 * @returns A warning where that failed: the verdict counts all the same.
 */
export function summarise(env: Env, judged: readonly Judged[]): readonly string[] {
  return warningOf(appendJobSummary(env, (bytesMax) => markdownWithin(judged, bytesMax)));
}

/** Work in a step of GitHub Actions: a failure is annotated and added to the job's summary before it is thrown on. */
export async function annotated<T>(work: Promise<T>, env: Env, annotations: Pick<Output, "writeCommands">): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    annotations.writeCommands(failureAnnotation(error));
    const text = failureMarkdown(error);
    appendJobSummary(env, (bytesMax) => (Buffer.byteLength(text) <= bytesMax ? text : undefined));
    throw error;
  }
}

function warningOf(outcome: JobSummary): readonly string[] {
  switch (outcome.kind) {
    case "written":
    case "not-asked":
      return [];
    case "full":
      return [`the job summary "${outcome.path}" is full: the report was not added`];
    case "failed":
      return [`the job summary "${outcome.path}" cannot be written: ${outcome.why}`];
    default:
      return outcome satisfies never;
  }
}
