import { MasqueError } from "../../kernel/errors.ts";
import { isObject, type Json } from "../../kernel/text/json.ts";
import type { ShownVerbs } from "../host.ts";
import { type EditSet, readSettingsRecord, type SettingsEdit, type SettingsRecord } from "../settings/edit.ts";
import { valueAt } from "../settings/text.ts";
import { jsonOf, parseSettings } from "../settings/tree.ts";
import { planFile, type WantedEntry } from "../settings/undo.ts";

/**
 * Claude Code's spinner verbs, which a masque may bring: the one key `spinnerVerbs` of the project's
 * `.claude/settings.local.json`, beside settings that are the user's alone.
 *
 * Several agents may wear masques in one project, so the caller always says what is to be shown *now*, or `null` for
 * the user's own. The caller saves the plan's record before the file is written, and `null` after a restore.
 */

/** What was written and how to take it back, as JSON: every edit is one of {@link SPINNER_PATH}. */
export type SpinnerRecord = SettingsRecord & {
  /** Whether masque made the folder of the file, so that the folder goes when it is empty again. */
  readonly madeFolder?: true;
};

/** What to do: the settings' new text, `null` for no file, and the record to save before it is written. */
export type SpinnerPlan = {
  readonly text: string | null;
  readonly record: SpinnerRecord | null;
  /** Why the verbs cannot be shown, where they cannot. */
  readonly warning?: string;
};

/** The one key that the spinner edits. */
export const SPINNER_PATH: readonly string[] = ["spinnerVerbs"];

/**
 * Plans what the settings file says next.
 *
 * @param text The settings file's text, `null` where there is no file.
 * @param verbs What Claude Code shows from now on, `null` for the user's own.
 * @throws {MasqueError} `host.settings-invalid`: the file is left alone.
 */
export function planSpinner(
  text: string | null,
  record: SpinnerRecord | null,
  verbs: ShownVerbs | null,
  file: string,
): SpinnerPlan {
  let warning: string | undefined;
  const plan = planFile({ text, record, file }, (ground): WantedEntry[] => {
    if (verbs === null || verbs.verbs.length === 0) return [];
    const value = mergedVerbs(valueAt(ground ?? "", SPINNER_PATH, file), verbs);
    if (value !== undefined) return [{ path: SPINNER_PATH, isElement: false, value }];
    warning = `"${file}" has spinnerVerbs that Claude Code cannot read`;
    return [];
  });
  return { text: plan.text, record: plan.result && plan.intent, ...(warning === undefined ? {} : { warning }) };
}

/**
 * The verbs beside the user's own. Their mode stays when ours only adds; `undefined` when theirs cannot be read, for
 * Claude Code ignores such a file whole, and masque must not make it take effect.
 */
function mergedVerbs(theirs: Json | undefined, ours: ShownVerbs): Json | undefined {
  const mode = ours.mode === "replace" ? "replace" : "append";
  if (theirs === undefined) return { mode, verbs: [...ours.verbs] };
  if (!isVerbs(theirs)) return undefined;
  if (mode === "replace") return { mode, verbs: [...ours.verbs] };
  const own = theirs.verbs;
  const added = ours.verbs.filter((verb) => !own.includes(verb));
  return { ...theirs, verbs: ours.mode === "prepend" ? [...added, ...own] : [...own, ...added] };
}

function isVerbs(json: Json | undefined): json is { readonly mode: string; readonly verbs: readonly Json[] } {
  if (!isObject(json) || (json["mode"] !== "append" && json["mode"] !== "replace")) return false;
  return Array.isArray(json["verbs"]) && json["verbs"].every((verb) => typeof verb === "string");
}

/**
 * Reads a record back, in the form of today or of the first version; `null` for anything else. Whatever the record
 * says, it means the key `spinnerVerbs` and values that Claude Code can read there.
 */
export function readSpinnerRecord(json: Json): SpinnerRecord | null {
  const sets = isObject(json) && Array.isArray(json["edits"]) ? json["edits"].map((edit) => [edit]) : undefined;
  const record = readSettingsRecord(isObject(json) && sets ? { sets, madeFile: json["madeFile"] } : json);
  if (!record?.sets.every(isSpinners)) return null;
  return isObject(json) && json["madeFolder"] === true ? { ...record, madeFolder: true } : record;
}

function isSpinners({ edits }: EditSet): boolean {
  const [edit] = edits;
  return edit !== undefined && edits.length === 1 && isSpinnerEdit(edit);
}

function isSpinnerEdit({ path, isElement, value, former }: SettingsEdit): boolean {
  if (isElement || path.length !== 1 || path[0] !== SPINNER_PATH[0] || !isVerbs(value)) return false;
  return former === null || isVerbsText(former);
}

/** Whether a text is one value of the key and nothing beside it, not even a comment that would swallow what follows. */
function isVerbsText(text: string): boolean {
  try {
    const root = parseSettings(text, "");
    return root !== undefined && root.length === text.length && isVerbs(jsonOf(root));
  } catch (error) {
    if (error instanceof MasqueError) return false;
    throw error;
  }
}
