import type { Json } from "../../kernel/json.ts";
import type { SettingsEdit } from "./settings-edit.ts";
import { appendElement, holdsEdit, setMember, undoEdit, valueAt } from "./settings-text.ts";
import type { SettingsRecord } from "./setup-journal.ts";

/** One settings file within a setup: taken back to what it was without us, then written anew. */

/** One value that a setup wants in a settings file. */
export type Wish = {
  readonly path: readonly string[];
  /** Whether it joins the list at `path`, or is the value there. */
  readonly isElement: boolean;
  readonly value: Json;
  /** What a person is told of it. */
  readonly says: string;
};

/** A settings file without what a former setup wrote. */
export type Ground = {
  readonly text: string | null;
  /** The set of edits that stood in it; empty when none of ours did. */
  readonly held: readonly SettingsEdit[];
  /** Edits that a person has changed since: they stay. */
  readonly changed: readonly SettingsEdit[];
};

/**
 * Takes a former setup's edits out of a settings file's text; `null` when the file was ours and is empty without us.
 *
 * @throws {MasqueError} `host.settings-invalid`
 */
export function groundOf(text: string | null, record: SettingsRecord | undefined, path: string): Ground {
  if (text === null || record === undefined) return { text, held: [], changed: [] };
  const held = heldGeneration(text, record, path);
  let undone = text;
  const changed: SettingsEdit[] = [];
  for (const edit of held.toReversed()) {
    const step = undoEdit(undone, edit, path);
    undone = step.text;
    if (step.kind === "absent") changed.push(edit);
  }
  const isEmptied = record.madeFile && undone !== text && /^\s*(?:\{\s*\})?\s*$/.test(undone);
  return { text: isEmptied ? null : undone, held, changed };
}

/** The set of edits that the text holds most of, exactly before roughly; the latest of equals. */
function heldGeneration(text: string, { generations }: SettingsRecord, path: string): readonly SettingsEdit[] {
  const weight = { exactly: 1000, "changed-around": 1, no: 0 };
  let best: { edits: readonly SettingsEdit[]; found: number } = { edits: [], found: 0 };
  for (const edits of generations) {
    const found = edits.reduce((sum, edit) => sum + weight[holdsEdit(text, edit, path)], 0);
    if (found > 0 && found >= best.found) best = { edits, found };
  }
  return best.edits;
}

/** The text with every wish in it, and the edits that put them there. */
export function fulfilled(ground: string | null, wishes: readonly Wish[], file: string) {
  let text = ground ?? "";
  const edits: SettingsEdit[] = [];
  for (const { path, isElement, value } of wishes) {
    const step = (isElement ? appendElement : setMember)(text, { path, file }, value);
    text = step.text;
    if (step.edit) edits.push(step.edit);
  }
  return { text: edits.length === 0 ? ground : text, edits };
}

/** Whether a text says already what a wish wants. */
export function saysAlready(text: string | null, { path, isElement, value }: Wish, file: string): boolean {
  if (text === null) return false;
  const found = valueAt(text, { path, file });
  if (!isElement) return Bun.deepEquals(found, value, true);
  return Array.isArray(found) && found.some((item) => Bun.deepEquals(item, value, true));
}
