import { LIMITS } from "../../kernel/limits.ts";
import { programRunner } from "../../kernel/process/run-program.ts";
import type { World } from "../../kernel/world.ts";

/**
 * Has the judge read what is about to be dropped, so that it stays scorable. A receiver that runs for weeks never opens
 * DuckDB itself, because DuckDB takes more memory than everything else in the receiver.
 *
 * @param stopping Ends it at once.
 * @returns Why that could not be done, for people; `undefined` when it was.
 */
export type JudgeBeforeDrop = (stopping: AbortSignal) => Promise<string | undefined>;

/** Runs this program as a process of its own, which may take `LIMITS.retentionBringInMs`. */
export function judgeBeforeDropBy({ env, paths, program }: Pick<World, "env" | "paths" | "program">): JudgeBeforeDrop {
  return async (stopping) => {
    if (stopping.aborted) return "the receiver is stopping";
    const run = programRunner({
      env: { ...env, MASQUE_DATA_DIR: paths.data },
      waitMs: LIMITS.retentionBringInMs,
      stopping,
    });
    const outcome = await run([...program, "judge", "--update", "--quiet"]);
    switch (outcome.kind) {
      case "ended":
        return outcome.exit === 0 ? undefined : (reasonIn(outcome.stderr) ?? `it ended with ${outcome.exit}`);
      case "overdue":
        return `it took more than ${LIMITS.retentionBringInMs / 1_000} s`;
      case "missing":
        return `"${program[0] ?? ""}" is not there any more`;
      default:
        return outcome satisfies never;
    }
  };
}

/** The first line of a failing command's message, without the program's name. */
function reasonIn(stderr: string): string | undefined {
  return stderr.split("\n", 1)[0]?.replace(/^masque: /, "") || undefined;
}
