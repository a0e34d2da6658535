import { LIMITS } from "../../kernel/limits.ts";
import { programRunner } from "../../kernel/process/run-program.ts";
import type { World } from "../../kernel/world.ts";

/**
 * Has the judge read what is about to be dropped, so that it stays scorable. A receiver that runs for weeks never opens
 * DuckDB itself: that takes more memory than all it holds otherwise.
 *
 * @param stopping Ends it at once.
 * @returns Why that could not be done, for people; `undefined` when it was.
 */
export type JudgeBeforeDrop = (stopping: AbortSignal) => Promise<string | undefined>;

/** The real one: this program again, as a process that may take `LIMITS.retentionBringInMs`. */
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

/** The line that a failing command says first, without its own name. */
function reasonIn(stderr: string): string | undefined {
  return stderr.split("\n", 1)[0]?.replace(/^masque: /, "") || undefined;
}
