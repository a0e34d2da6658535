import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { unwritable, writeNew } from "../../kernel/files/files.ts";
import { printableLine } from "../../kernel/text/printable.ts";
import { slugOf } from "../../masque/masque.ts";
import { claudeCases } from "../../masque/trial/claude-cases.ts";
import { type PlanningWorld, planTrial } from "./plan-trial.ts";

/** Where the cases are now, and how many files they are. */
export type ExportedCases = { readonly folder: string; readonly cases: number; readonly files: number };

/**
 * Writes the cases of a masque into a new folder, in the layout that `claude plugin eval` reads.
 *
 * @param out The folder; `<slug>-evals` in the working folder when it is left out.
 * @throws {MasqueError} what `planTrial` throws; `export.folder-taken` where something has that name; `file.unwritable`.
 */
export async function exportCases(
  world: PlanningWorld,
  {
    name,
    casesPath,
    out,
  }: { readonly name: string; readonly casesPath: string | undefined; readonly out: string | undefined },
): Promise<ExportedCases> {
  const { resolved, cases, systems } = await planTrial(world, { name, casesPath });
  const folder = resolve(world.cwd, out ?? `${slugOf(resolved.masque.name)}-evals`);
  makeNew(folder);
  const files = claudeCases(cases, systems);
  try {
    for (const { path, text } of files) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      writeNew(target, text, { former: undefined, isSynced: false });
    }
  } catch (error) {
    // Half an export would block the user's next try.
    rmSync(folder, { recursive: true, force: true });
    throw unwritable(folder, error);
  }
  return { folder, cases: cases.length, files: files.length };
}

function makeNew(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw unwritable(folder, error);
    throw new MasqueError(
      "export.folder-taken",
      `Cannot export to "${printableLine(folder)}": something has that name`,
      {
        hint: "name a new folder with --out FOLDER, or remove what is there",
      },
    );
  }
}
