import { get } from "node:http";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Paths } from "../../kernel/paths.ts";
import { parseJson } from "../../kernel/text/json.ts";
import { type Health, parseHealth, parseRunFile, type RunFile } from "./health.ts";

/** Finds the running receiver: `run.json` says which port to ask, and only an answer of the same run counts. */

/** The path of `run.json`. */
export function runFilePath(paths: Pick<Paths, "audience">): string {
  return join(paths.audience, "run.json");
}

/** The health of the receiver that runs for this user, or `undefined` when none answers. */
export async function askHealth(paths: Pick<Paths, "audience">): Promise<Health | undefined> {
  const run = readRunFile(paths);
  if (!run) return undefined;
  const text = await httpGet(run);
  return text === undefined ? undefined : parseHealth(parseJson(text), run);
}

/** What `run.json` says; `undefined` where there is none or it is not one. */
export function readRunFile(paths: Pick<Paths, "audience">): RunFile | undefined {
  const path = runFilePath(paths);
  try {
    const bytes = readBounded(path, LIMITS.runFileBytesMax, (size) => tooLong(path, size));
    return bytes && parseRunFile(parseJson(bytes.toString("utf8")));
  } catch (error) {
    // A folder, a pipe or another program's file does not say that a receiver runs.
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function tooLong(path: string, size: number): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": it has ${size} bytes`);
}

/** By node:http, because `fetch` would send the request through the user's proxy. */
function httpGet(run: RunFile): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = get({ host: run.host, port: run.healthPort, path: "/", timeout: LIMITS.healthWaitMs }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > LIMITS.healthBytesMax) asked.destroy();
      });
      answer.on("end", () => resolve(text));
      answer.on("error", () => resolve(undefined));
    });
    const giveUp = setTimeout(() => asked.destroy(), LIMITS.healthWaitMs);
    // Nothing listens, or what listens does not answer: either way no receiver answers.
    asked.on("error", () => resolve(undefined));
    asked.on("close", () => {
      clearTimeout(giveUp);
      resolve(undefined);
    });
  });
}
