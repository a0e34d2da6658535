import { join } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import type { Json } from "../../kernel/json.ts";
import { readSettingsFile, writeSettingsFile } from "./settings-file.ts";
import { planSpinner, readSpinnerRecord, type ShownVerbs } from "./spinner.ts";

const UNEDITABLE: ReadonlySet<string> = new Set(["host.settings-invalid", "file.unreadable", "file.unwritable"]);

/**
 * Makes the host show `verbs` in a project, or the user's own verbs for `null`. Call it holding the session lock: two
 * agents write the same file.
 *
 * @param record What the last call saved, as the session state keeps it.
 * @param saveRecord Puts the new record on disk; called before the settings change, and once more after a restore.
 * @returns Warnings for people: settings that cannot be edited stop no don, and the record then stays as it was.
 */
export async function showSpinner(
  project: string,
  record: Json,
  verbs: ShownVerbs | null,
  saveRecord: (record: Json) => Promise<void>,
): Promise<readonly string[]> {
  try {
    return await showIn(join(project, ".claude", "settings.local.json"), record, verbs, saveRecord);
  } catch (error) {
    if (!(error instanceof MasqueError) || !UNEDITABLE.has(error.code)) throw error;
    return [`${error.message}; the spinner is left as it is`];
  }
}

async function showIn(
  path: string,
  record: Json,
  verbs: ShownVerbs | null,
  saveRecord: (record: Json) => Promise<void>,
): Promise<readonly string[]> {
  const text = readSettingsFile(path);
  const plan = planSpinner(text, readSpinnerRecord(record), verbs, path);
  const isNewRecord = !Bun.deepEquals(record, plan.record, true);
  if (plan.record !== null && isNewRecord) await saveRecord(plan.record);
  if (plan.text !== text) writeSettingsFile(path, plan.text);
  if (plan.record === null && isNewRecord) await saveRecord(null);
  return plan.warning === undefined ? [] : [`${plan.warning}; the spinner is left as it is`];
}
