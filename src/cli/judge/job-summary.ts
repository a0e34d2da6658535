import { appendFileSync } from "node:fs";
import type { Judged } from "../../judge/score/bars.ts";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { statOrUndefined } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Env } from "../../kernel/paths.ts";
import type { Output } from "../../kernel/world.ts";
import { failureAnnotation } from "./render-github.ts";
import { failureMarkdown, markdownWithin } from "./render-markdown.ts";

/** Whether a step of GitHub Actions runs us. */
export function isGithubAction(env: Env): boolean {
  return env["GITHUB_ACTIONS"] === "true";
}

/**
 * Adds the report to the summary of the job's step, as far as the runner takes it.
 *
 * @returns What to tell people when that failed: the verdict stands whatever becomes of its summary.
 */
export function appendJobSummary(env: Env, judged: readonly Judged[]): string | undefined {
  return append(env, (bytesMax) => markdownWithin(judged, bytesMax));
}

/**
 * What is about to be judged for a step of GitHub Actions; what keeps it from that is annotated and in the job's summary
 * before it is thrown on.
 */
export async function toldInActions<T>(
  work: Promise<T>,
  env: Env,
  annotations: Pick<Output, "writeCommands">,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof MasqueError)) throw error;
    annotations.writeCommands(failureAnnotation(error));
    const text = failureMarkdown(error);
    append(env, (bytesMax) => (Buffer.byteLength(text) <= bytesMax ? text : undefined));
    throw error;
  }
}

function append(env: Env, textWithin: (bytesMax: number) => string | undefined): string | undefined {
  const path = env["GITHUB_STEP_SUMMARY"];
  if (!path) return undefined;
  try {
    const text = textWithin(LIMITS.githubSummaryBytesMax - (statOrUndefined(path)?.size ?? 0) - 1);
    if (text === undefined) return `there is no room left in the job summary "${path}"`;
    appendFileSync(path, `\n${text}`);
    return undefined;
  } catch (error) {
    return `the job summary "${path}" cannot be written: ${errnoOf(error) ?? String(error)}`;
  }
}
