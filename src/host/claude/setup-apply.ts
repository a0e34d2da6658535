import { rmdirSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";
import { writeSettingsFile } from "./settings-file.ts";
import type { Setup } from "./setup-journal.ts";
import type { FileChange, SetupPlan } from "./setup-plan.ts";

/**
 * Carries out a plan: the journal's intent, the files, the journal's result. A file that cannot be written takes back
 * those written before it, so that a setup is there whole or not at all; should that fail too, or the machine stop, the
 * journal knows what was meant and an undo clears it.
 *
 * @param save Puts a place's setup on disk, or takes it out of the journal for `null`.
 * @param former What the journal said before.
 * @throws {MasqueError} `file.unwritable`
 */
export function applyPlan(plan: SetupPlan, former: Setup | null, save: (setup: Setup | null) => void): void {
  save(plan.intent);
  const done: FileChange[] = [];
  try {
    for (const change of plan.changes) {
      writeSettingsFile(change.path, change.after);
      done.push(change);
    }
  } catch (error) {
    for (const change of done.toReversed()) writeSettingsFile(change.path, change.before);
    if (former === null) removeEmpty(plan.intent.folders);
    save(former);
    throw error;
  }
  save(plan.result);
  if (plan.result === null) removeEmpty(plan.intent.folders);
}

const KEPT: ReadonlySet<string | undefined> = new Set(["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"]);

/** Folders that hold something by now stay: they are someone's. So does whatever is no folder. */
function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!KEPT.has(errnoOf(error))) throw error;
    }
  }
}
