import type { Json } from "../../kernel/json.ts";
import type { SettingsEdit } from "./settings-edit.ts";
import { appendElement, setMember, undoEdit, valueAt } from "./settings-text.ts";
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
  const tried = record.generations.map((edits) => takenBack(text, edits, path));
  const best = tried.reduce<TakenBack | undefined>(
    (one, other) => (one && one.fit > other.fit ? one : other),
    undefined,
  );
  if (!best || best.text === text) return { text, held: [], changed: best?.changed ?? [] };
  const isEmptied = record.madeFile && /^\s*(?:\{\s*\})?\s*$/.test(best.text);
  return { text: isEmptied ? null : best.text, held: best.held, changed: best.changed };
}

type TakenBack = Ground & { readonly text: string; readonly fit: number };

/** How much a way of undoing says that this set is the one that stands there: every byte, our value, or nothing. */
const FIT = { exact: 1000, careful: 10, absent: -1 };

function takenBack(text: string, edits: readonly SettingsEdit[], path: string): TakenBack {
  let undone = text;
  let fit = 0;
  const changed: SettingsEdit[] = [];
  for (const edit of edits.toReversed()) {
    const step = undoEdit(undone, edit, path);
    undone = step.text;
    fit += FIT[step.kind];
    if (step.kind === "absent" && isSomeoneElses(undone, edit, path)) changed.push(edit);
  }
  return { text: undone, held: edits, changed, fit };
}

/** Whether another value stands where ours was: neither nothing, nor what stood there before us. */
function isSomeoneElses(text: string, edit: SettingsEdit, file: string): boolean {
  if (edit.isElement) return false;
  const found = valueAt(text, { path: edit.path, file });
  const before = edit.former === null ? undefined : valueAt(`{"was":${edit.former}}`, { path: ["was"], file });
  return found !== undefined && !Bun.deepEquals(found, before, true);
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
