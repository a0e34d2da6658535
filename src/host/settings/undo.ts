import { LIMITS } from "../../kernel/limits.ts";
import { digestOf } from "../../kernel/text/digest.ts";
import type { Json } from "../../kernel/text/json.ts";
import type { EditSet, Place, SettingsEdit, SettingsRecord, Splice } from "./edit.ts";
import { meanTheSame, says, valueAt, withEdit, withoutEdit } from "./text.ts";

/**
 * What masque puts into one settings file, and how it comes out again: for the spinner, for setup and for telemetry.
 *
 * Every writing begins with the text as it would be without masque. While the file has the digest that masque left, the
 * former bytes are put back exactly. Otherwise each edit is taken out by its key, and only where the key still says what
 * masque wrote. The exact way is taken only when it means the same, so a record can never change another key.
 *
 * A writer saves the record before the file changes, with what the file may hold now *and* what it will hold; so a crash
 * at any line leaves a file that the record knows.
 */

/** One value that masque wants in a settings file. */
export type WantedEntry = Place & { readonly value: Json };

/** A settings file without what masque wrote. */
export type FileBefore = {
  /** `null` where there is no file, or only one that masque made and that is empty without masque. */
  readonly text: string | null;
  /** The sets of edits of which the text held something. */
  readonly held: readonly EditSet[];
  /** Edits whose key says something else by now: they stay. */
  readonly changed: readonly SettingsEdit[];
};

/** What a settings file says next. */
export type FilePlan = {
  readonly ground: FileBefore;
  readonly text: string | null;
  /** What the record is before the file is written, and after; `null` for no record. */
  readonly intent: SettingsRecord | null;
  readonly result: SettingsRecord | null;
};

/**
 * Plans a settings file that holds what is wanted now, and nothing else that masque wrote before.
 *
 * @param wishesOn What is wanted, given the text without masque.
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planFile<W extends WantedEntry>(
  { text, record, file }: { text: string | null; record: SettingsRecord | null; file: string },
  wishesOn: (ground: string | null) => readonly W[],
): FilePlan {
  const ground = withoutRecord(text, record, file);
  const wishes = wishesOn(ground.text);
  const made = withEntries(ground.text, wishes, file);
  const base = { madeFile: ground.text === null };
  const same = ground.held.find((set) => areEqual(set, made.set));
  if (text !== null && same && wishes.every((wish) => says(text, wish, wish.value, file))) {
    // The file has every value already, perhaps in another layout than masque's: the file is left alone.
    const kept = { ...base, sets: [same] };
    return { ground, text, intent: record, result: kept };
  }
  const sets = made.set ? [made.set] : [];
  const intent = [...ground.held, ...sets].slice(-LIMITS.settingsEditSetsMax);
  return {
    ground,
    text: made.text,
    intent: intent.length > 0 ? { ...base, sets: intent } : null,
    result: made.set ? { ...base, sets } : null,
  };
}

/**
 * Takes out of a settings file's text what a record says that masque wrote.
 *
 * @throws {MasqueError} `host.settings-invalid`
 */
export function withoutRecord(text: string | null, record: SettingsRecord | null, file: string): FileBefore {
  if (text === null || record === null) return { text, held: [], changed: [] };
  let byKey = text;
  const held = new Set<EditSet>();
  const kept: SettingsEdit[] = [];
  const digest = digestOf(text);
  for (const set of likeliestFirst(text, record, file)) {
    const step = withoutSet(byKey, set, file);
    if (step.kept.length < set.edits.length) held.add(set);
    kept.push(...step.kept);
    byKey = step.text;
  }
  const exact = exactly(
    text,
    record.sets.findLast((set) => set.exact?.digest === digest),
  );
  const restored = exact !== undefined && meanTheSame(exact, byKey) ? exact : byKey;
  const isEmptied = held.size > 0 && record.madeFile && /^\ufeff?\s*(?:\{\s*\})?\s*$/.test(restored);
  return {
    text: isEmptied ? null : restored,
    held: record.sets.filter((set) => held.has(set)),
    changed: kept.filter((edit) => isSomeoneElses(byKey, edit, file)),
  };
}

/** The sets of a record, the one first that most likely is what the text holds: most of its edits are found. */
function likeliestFirst(text: string, { sets }: SettingsRecord, file: string): readonly EditSet[] {
  if (sets.length < 2) return sets;
  const digest = digestOf(text);
  const missing = new Map(sets.map((set) => [set, withoutSet(text, set, file).kept.length]));
  const likely = (set: EditSet) =>
    set.exact?.digest === digest ? Number.POSITIVE_INFINITY : set.edits.length - 2 * (missing.get(set) ?? 0);
  return sets.toReversed().sort((one, other) => Math.sign(likely(other) - likely(one)) || 0);
}

/** The text without the edits of a set, and those that are kept because their key says something else. */
function withoutSet(text: string, { edits }: EditSet, file: string) {
  const kept: SettingsEdit[] = [];
  const after = edits.reduceRight((before, edit) => {
    const without = withoutEdit(before, edit, file);
    if (without === undefined) kept.unshift(edit);
    return without ?? before;
  }, text);
  return { text: after, kept };
}

function exactly(text: string, set: EditSet | undefined): string | undefined {
  return set?.exact?.splices.reduceRight(
    (after, { offset, length, instead }) => after.slice(0, offset) + instead + after.slice(offset + length),
    text,
  );
}

/** Whether someone else has set a key since: its value is neither missing nor what it was before masque. */
function isSomeoneElses(text: string, { path, isElement, former }: SettingsEdit, file: string): boolean {
  if (isElement) return false;
  const found = valueAt(text, path, file);
  const before = former === null ? undefined : valueAt(`{"was":${former}}`, ["was"], file);
  return found !== undefined && !Bun.deepEquals(found, before, true);
}

/** The text with every wanted value, and the edits that put them there; `null` when the text has all of them already. */
function withEntries(ground: string | null, wishes: readonly WantedEntry[], file: string) {
  let text = ground ?? "";
  const edits: SettingsEdit[] = [];
  const splices: Splice[] = [];
  for (const { path, isElement, value } of wishes) {
    const step = withEdit(text, { path, isElement }, value, file);
    if (!step.edit) continue;
    edits.push(step.edit);
    splices.push(wayBack(text, step.text));
    text = step.text;
  }
  if (edits.length === 0) return { text: ground, set: null };
  return { text, set: { edits, exact: { digest: digestOf(text), splices } } };
}

/** The one replacement that turns `after` into `before` again. */
function wayBack(before: string, after: string): Splice {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { offset: head, length: after.length - tail - head, instead: before.slice(head, before.length - tail) };
}

function areEqual(held: EditSet, made: EditSet | null): boolean {
  const [one, other] = [held.edits, made?.edits ?? []];
  const isSame = (edit: SettingsEdit, index: number) => {
    const { path, isElement, value } = other[index] ?? {};
    return Bun.deepEquals([edit.path, edit.isElement, edit.value], [path, isElement, value], true);
  };
  return one.length === other.length && one.every(isSame);
}
