import type { ProgramOutcome, RunProgram } from "../../kernel/process/run-program.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import type { Step } from "./login-job.ts";

/** A command that did not do what it should, and why: for a person to run once the reason is gone. */
export type UndoneStep = { readonly command: readonly string[]; readonly because: string };

/** Runs the steps in order, each whatever became of the last, and answers those that are left for a person. */
export async function followSteps(steps: readonly Step[], run: RunProgram): Promise<readonly UndoneStep[]> {
  const undone: UndoneStep[] = [];
  for (const { command, unless, isBestEffort } of steps) {
    if (unless && isFine(await run(unless))) continue;
    const outcome = await run(command);
    if (!isFine(outcome) && isBestEffort !== true) undone.push({ command, because: reasonOf(command, outcome) });
  }
  return undone;
}

function isFine(outcome: ProgramOutcome): boolean {
  return outcome.kind === "ended" && outcome.exit === 0;
}

function reasonOf([program = ""]: readonly string[], outcome: ProgramOutcome): string {
  switch (outcome.kind) {
    case "missing":
      return `there is no ${program} here`;
    case "overdue":
      return `${program} did not end`;
    case "ended": {
      const said = outcome.stderr.trim().split("\n")[0] ?? "";
      return said === "" ? `${program} ended with ${outcome.exit}` : printableLine(said);
    }
    default:
      return outcome satisfies never;
  }
}
