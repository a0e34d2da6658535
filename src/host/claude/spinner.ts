import { isObject, type Json } from "../../kernel/json.ts";
import { readSettingsEdit, type SettingsEdit } from "./settings-edit.ts";
import { setMember, type Undone, undoEdit, valueAt } from "./settings-text.ts";

/**
 * The host's spinner verbs, which a masque may bring. They stand under one key of the project's
 * `.claude/settings.local.json`, beside settings that are the user's alone.
 *
 * Several agents may wear masques in one project, so the caller always says what is to be shown *now*, or `null` for
 * the user's own; each call first takes back what the last one wrote and then writes anew, in one replacement.
 *
 * The protocol that survives a crash at any line:
 * 1. plan from the settings' text and the record of what was written before;
 * 2. save the new record, which holds the edit that may stand in the file now *and* the one about to be written;
 * 3. replace the settings file;
 * 4. after a restore, save `null`.
 *
 * So a record may be ahead of the file (crash between 2 and 3: the former edit stands there, or none) or behind it
 * (between 3 and 4: nothing of ours stands there). Which of its edits the text holds is seen from the text itself, by
 * key and value. When it holds none, what stands there is the user's and is the new ground.
 */

/** Verbs as a masque brings them. The host knows no `prepend`: it is written as `append`, with ours first. */
export type ShownVerbs = { readonly mode: "replace" | "append" | "prepend"; readonly verbs: readonly string[] };

/** What was written and how to take it back; JSON, kept in the session state. */
export type SpinnerRecord = {
  /** Oldest first, at most two: the text holds one of them, or none. */
  readonly edits: readonly SettingsEdit[];
  /** Whether the file was made by us, so that it goes when it is empty again. */
  readonly madeFile: boolean;
};

/** What to do: the settings' new text, `null` for no file, and the record to save before it is written. */
export type SpinnerPlan = {
  readonly text: string | null;
  readonly record: SpinnerRecord | null;
  /** Why the verbs cannot be shown, where they cannot. */
  readonly warning?: string;
};

const KEY = ["spinnerVerbs"];

/**
 * Plans what the settings file says next.
 *
 * @param text The settings file's text, `null` where there is no file.
 * @param verbs What the host shows from now on, `null` for the user's own.
 * @throws {MasqueError} `host.settings-invalid`: the file is left alone.
 */
export function planSpinner(
  text: string | null,
  record: SpinnerRecord | null,
  verbs: ShownVerbs | null,
  file: string,
): SpinnerPlan {
  const ground = takeBack(text, record, file);
  if (verbs === null || verbs.verbs.length === 0) return { text: ground.text, record: null };
  const place = { path: KEY, file };
  const value = mergedVerbs(valueAt(ground.text ?? "", place), verbs);
  if (value === undefined) {
    return { text: ground.text, record: null, warning: `"${file}" has spinnerVerbs that the host cannot read` };
  }
  const { text: next, edit } = setMember(ground.text ?? "", place, value);
  if (edit === null) return { text: ground.text, record: null };
  const edits = ground.held === null || Bun.deepEquals(ground.held, edit, true) ? [edit] : [ground.held, edit];
  return { text: next, record: { edits, madeFile: ground.text === null } };
}

/** The settings without us, and which of the record's edits stood in them. */
function takeBack(text: string | null, record: SpinnerRecord | null, file: string) {
  if (text === null || record === null) return { text, held: null };
  const tried = record.edits.map((edit) => ({ edit, undone: undoEdit(text, edit, file) }));
  const held = (kind: Undone["kind"]) => tried.findLast(({ undone }) => undone.kind === kind);
  const found = held("exact") ?? held("careful");
  if (!found) return { text, held: null };
  const undone = found.undone.text;
  return { text: record.madeFile && isEmptySettings(undone) ? null : undone, held: found.edit };
}

function isEmptySettings(text: string): boolean {
  return /^\ufeff?\s*(?:\{\s*\})?\s*$/.test(text);
}

/**
 * The verbs beside the user's own. Their mode stays when ours only adds; `undefined` when theirs cannot be read, for
 * the host ignores such a file whole and it is not ours to bring it to life.
 */
function mergedVerbs(theirs: Json | undefined, ours: ShownVerbs): Json | undefined {
  const mode = ours.mode === "replace" ? "replace" : "append";
  if (theirs === undefined) return { mode, verbs: [...ours.verbs] };
  if (!isObject(theirs)) return undefined;
  const own = theirs["verbs"];
  const ownMode = theirs["mode"];
  if (!Array.isArray(own) || (ownMode !== "append" && ownMode !== "replace")) return undefined;
  if (mode === "replace") return { mode, verbs: [...ours.verbs] };
  const added = ours.verbs.filter((verb) => !own.includes(verb));
  return { ...theirs, verbs: ours.mode === "prepend" ? [...added, ...own] : [...own, ...added] };
}

/** Reads a record back from the session state; `null` for anything that is none. */
export function readSpinnerRecord(json: Json): SpinnerRecord | null {
  if (!isObject(json)) return null;
  const { edits, madeFile } = json;
  if (!Array.isArray(edits) || typeof madeFile !== "boolean") return null;
  return { edits: edits.flatMap((edit) => readSettingsEdit(edit) ?? []), madeFile };
}
