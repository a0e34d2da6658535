import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { readUnlinked, replaceCache } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { programRunner } from "../../kernel/process/run-program.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { World } from "../../kernel/world.ts";
import {
  type Answered,
  type Asked,
  PROMPTFOO_ENV,
  promptfooConfig,
  readResults,
} from "../../masque/trial/promptfoo-files.ts";

const FLAGS = ["--no-cache", "--no-write", "--no-table", "--no-progress-bar", "--no-share"] as const;

/**
 * Has promptfoo ask the model, with the user's own program, key and account. Its files are in a temporary folder of their own, and
 * are removed afterwards.
 *
 * @param program promptfoo's path, or its name on the PATH.
 * @throws {MasqueError} `trial.no-promptfoo`, `trial.failed`
 */
export async function askPromptfoo(
  { env, stopSignal }: Pick<World, "env" | "stopSignal">,
  { program, asked }: { readonly program: string; readonly asked: Asked },
): Promise<Answered> {
  const folder = mkdtempSync(join(env["TMPDIR"] ?? tmpdir(), "masque-trial-"));
  const [config, results] = [join(folder, "promptfooconfig.json"), join(folder, "results.json")];
  try {
    replaceCache(config, promptfooConfig(asked));
    const environment = { ...env, ...PROMPTFOO_ENV, PROMPTFOO_CONFIG_DIR: join(folder, "promptfoo") };
    const run = programRunner({ env: environment, waitMs: LIMITS.promptfooWaitMs, stopping: stopSignal() });
    const outcome = await run([program, "eval", "--config", config, "--output", results, ...FLAGS]);
    if (outcome.kind === "missing") throw missing(program);
    if (outcome.kind === "overdue") throw failed("it did not end within six hours", "");
    const bytes = readUnlinked(results, LIMITS.resultsBytesMax, (size) => failed(`its results have ${size} bytes`, ""));
    // promptfoo exits 100 where an answer failed or did not come: the results say which.
    const answered = bytes && readResults(bytes.toString("utf8"));
    if (!answered) throw failed(`it ended with exit status ${outcome.exit} and left no results`, outcome.stderr);
    return answered;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function missing(program: string): MasqueError {
  return new MasqueError("trial.no-promptfoo", `Cannot test: there is no program "${printableLine(program)}"`, {
    hint: "install promptfoo from npm, or name the program with --promptfoo PATH",
  });
}

function failed(why: string, said: string): MasqueError {
  const detail = said.trim().slice(-LIMITS.promptfooSaidCharsMax);
  return new MasqueError("trial.failed", `Cannot test: promptfoo asked the model, and ${why}`, {
    hint: "check the model's name (--provider) and the key that it needs in the environment",
    ...(detail === "" ? {} : { detail }),
  });
}
