import { existsSync, rmdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { syncFolder } from "../../kernel/files/files.ts";
import { LIMITS } from "../../kernel/limits.ts";
import type { Json } from "../../kernel/text/json.ts";
import type { ShownVerbs } from "../host.ts";
import { findFile, writeFound } from "../settings/file.ts";
import { planSpinner, readSpinnerRecord } from "./spinner.ts";

const UNEDITABLE: ReadonlySet<string> = new Set(["host.settings-invalid", "file.unreadable", "file.unwritable"]);
const LEFT = "the spinner is left as it is";

type SaveRecord = (record: Json) => Promise<void>;

/**
 * Makes Claude Code show `verbs` in a project, or the user's own verbs for `null`. The caller holds a lock of the project's,
 * because two agents write the same file.
 *
 * @param record What the last call saved; whatever it holds, only the key `spinnerVerbs` is changed.
 * @param saveRecord Puts the new record on disk; called before the settings change, and once more after a restore.
 * @returns Warnings for people: a don goes on when the settings cannot be edited, and the record then stays as it was.
 */
export async function showSpinner(
  project: string,
  record: Json,
  verbs: ShownVerbs | null,
  saveRecord: SaveRecord,
): Promise<readonly string[]> {
  const path = join(project, ".claude", "settings.local.json");
  try {
    for (let attempt = 1; attempt <= LIMITS.settingsWritesMax; attempt++) {
      const warnings = await tryShow({ project, path }, record, verbs, saveRecord);
      if (warnings !== undefined) return warnings;
    }
    await saveRecord(record);
    return [`Cannot edit "${path}": another program keeps changing it; ${LEFT}`];
  } catch (error) {
    if (!(error instanceof MasqueError) || !UNEDITABLE.has(error.code)) throw error;
    return [`${error.message}; ${LEFT}`];
  }
}

/** One attempt; `undefined` when the file changed between reading and writing. */
async function tryShow(
  { project, path }: { project: string; path: string },
  record: Json,
  verbs: ShownVerbs | null,
  saveRecord: SaveRecord,
): Promise<readonly string[] | undefined> {
  const found = findFile(path, { project });
  const folder = dirname(found.target);
  const former = readSpinnerRecord(record);
  const plan = planSpinner(found.text, former, verbs, path);
  const madeFolder = former?.madeFolder ?? !existsSync(folder);
  const next = plan.record && (madeFolder ? { ...plan.record, madeFolder } : plan.record);
  const isNewRecord = !Bun.deepEquals(record, next, true);
  if (next !== null && isNewRecord) await saveRecord(next);
  if (!writeFound(found, plan.text)) return undefined;
  if (next === null && isNewRecord) {
    // The record goes only when the restored file is sure to stay.
    if (plan.text !== found.text) syncFolder(folder);
    if (former?.madeFolder) removeIfEmpty(folder);
    await saveRecord(null);
  }
  return plan.warning === undefined ? [] : [`${plan.warning}; ${LEFT}`];
}

/** Where the folder cannot be removed, most likely because it holds another file by now, it stays. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
