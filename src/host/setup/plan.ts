import { digestOf } from "../../kernel/text/digest.ts";
import type { FileGround } from "../settings/file.ts";
import { says } from "../settings/text.ts";
import { planFile, type WantedEntry, withoutRecord } from "../settings/undo.ts";
import type { FileRecord, SettingsFileRecord, Setup, SetupJournal, SetupKey } from "./journal.ts";
import { setupOf } from "./journal.ts";

/** A setup as data: what the machine holds goes in, the changes come out, and nothing is touched. */

/** Where a program's journal is, and whose ground its files are on. */
export type SetupPlace = {
  /** `<data>/host/<program>`. */
  readonly folder: string;
  groundOf(path: string): FileGround;
};

/** The files that a plan is made from. */
export type FilesFound = {
  /** The texts by path; a file that is not there is absent. */
  readonly texts: ReadonlyMap<string, string>;
  /** Links in place of files that masque writes whole: a person has put them there. */
  readonly links: ReadonlySet<string>;
};

/** One file's change: `null` means that there is no file. */
export type FileChange = {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** What it means, a line each. */
  readonly says: readonly string[];
};

/** All that is to be done, and what the journal's entry is while and after it is. */
export type SetupPlan = {
  readonly key: SetupKey;
  readonly changes: readonly FileChange[];
  /** What is left alone, with the reason. */
  readonly notes: readonly string[];
  /** What keeps a change from taking effect. */
  readonly warnings: readonly string[];
  readonly intent: Setup;
  /** `null` when nothing is set up any more. */
  readonly result: Setup | null;
};

/** A plan that can be applied, and the journal's entry that it was made from. */
export type PlannedSetup = { readonly plan: SetupPlan; readonly former: Setup | null; readonly place: SetupPlace };

/** A wish for a settings file, and what a person reads of it. */
export type SetupEntry = WantedEntry & { readonly says: string };

/** What a setup wants in a settings file, and what it leaves alone with the reason. */
export type SetupEntries = { readonly wishes: readonly SetupEntry[]; readonly notes: readonly string[] };

/** A file that a setup writes whole. */
export type SetupFile = { readonly path: string; readonly text: string; readonly says: string };

/** One file's part of a plan. */
export type PlanPart<R> = {
  readonly change: FileChange | null;
  readonly notes: readonly string[];
  /** The file's record while the plan is carried out, and after; none where nothing of masque's is in the file. */
  readonly intent: readonly R[];
  readonly result: readonly R[];
};

/**
 * Plans a settings file that holds what is wanted now, and nothing else that masque wrote before.
 *
 * @param wishesOn What is wanted, given the text without masque.
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planSettings(
  path: string,
  { texts, former }: { texts: FilesFound["texts"]; former: Setup | null },
  wishesOn: (ground: string | null) => SetupEntries,
): PlanPart<SettingsFileRecord> {
  const text = texts.get(path) ?? null;
  const record = former?.settings.find((one) => one.path === path) ?? null;
  let wanted: SetupEntries = { wishes: [], notes: [] };
  const plan = planFile({ text, record, file: path }, (ground) => {
    wanted = wishesOn(ground);
    return wanted.wishes;
  });
  const held = plan.ground.held.at(-1)?.edits ?? [];
  const stay = plan.result?.sets.flatMap(({ edits }) => edits) ?? [];
  const dropped = held.filter((edit) => !stay.some((one) => Bun.deepEquals(one.value, edit.value, true)));
  const news = wanted.wishes.filter((wish) => !says(text, wish, wish.value, path));
  const lines = [...dropped.map((edit) => `no longer: ${edit.path.join(".")}`), ...news.map((wish) => wish.says)];
  return {
    change: text === plan.text ? null : { path, before: text, after: plan.text, says: lines },
    notes: wanted.notes,
    intent: plan.intent ? [{ path, ...plan.intent }] : [],
    result: plan.result ? [{ path, ...plan.result }] : [],
  };
}

/** Plans a file that masque writes whole. A link, and a file that masque did not write, stay as they are. */
export function planWholeFile(
  { path, text, says }: SetupFile,
  { texts, links, former }: FilesFound & { former: Setup | null },
): PlanPart<FileRecord> {
  if (links.has(path)) return leftAlone(`"${path}": it is a link of yours`);
  const before = texts.get(path) ?? null;
  const known = former?.files.find((file) => file.path === path)?.digests ?? [];
  const isForeign = before !== null && before !== text && !known.includes(digestOf(before));
  if (isForeign) return leftAlone(`"${path}": it is a file of yours`);
  const digest = digestOf(text);
  return {
    change: before === text ? null : { path, before, after: text, says: [says] },
    notes: [],
    intent: [{ path, digests: [...new Set([...(before === null ? [] : [digestOf(before)]), digest])] }],
    result: [{ path, digests: [digest] }],
  };
}

function leftAlone(note: string): PlanPart<FileRecord> {
  return { change: null, notes: [note], intent: [], result: [] };
}

/**
 * Plans what takes a setup out again: every file as it was, whatever a person has added since kept.
 *
 * @throws {MasqueError} `host.settings-invalid`
 */
export function planUndo(found: FilesFound, former: Setup): SetupPlan {
  const settings = former.settings.map((record) => planRestore(record, found.texts));
  const files = former.files.map((record) => planRemoval(record, found));
  const parts = [...settings, ...files];
  return {
    key: { kind: former.kind, folder: former.folder },
    changes: parts.flatMap(({ change }) => change ?? []),
    notes: parts.flatMap(({ notes }) => notes),
    warnings: [],
    intent: former,
    result: null,
  };
}

function planRestore(record: SettingsFileRecord, texts: FilesFound["texts"]) {
  const { path } = record;
  const before = texts.get(path) ?? null;
  const { text: after, held, changed } = withoutRecord(before, record, path);
  const gone = held.at(-1)?.edits.filter((edit) => !changed.includes(edit)) ?? [];
  const says = gone.map((edit) => `without ${edit.path.join(".")}`);
  return {
    change: before === after ? null : { path, before, after, says },
    notes: changed.map((edit) => `${edit.path.join(".")} in "${path}": it has been changed since`),
  };
}

/** Plans to remove a file that masque wrote and that has not changed since. */
export function planRemoval(
  { path, digests }: FileRecord,
  { texts, links }: FilesFound,
): Pick<PlanPart<FileRecord>, "change" | "notes"> {
  const before = texts.get(path);
  if (before === undefined && !links.has(path)) return { change: null, notes: [] };
  if (before !== undefined && digests.includes(digestOf(before))) {
    return { change: { path, before, after: null, says: [] }, notes: [] };
  }
  return { change: null, notes: [`"${path}": it has been changed since`] };
}

/** The paths of every file that a setup wrote. */
export function pathsOf(setup: Setup | null): string[] {
  return [...(setup?.settings ?? []), ...(setup?.files ?? [])].map(({ path }) => path);
}

/** The journal's entry for a key, and an empty one where nothing was set up. */
export function formerOf(journal: SetupJournal, key: SetupKey): { former: Setup | null; orEmpty: Setup } {
  const former = setupOf(journal, key);
  return { former, orEmpty: former ?? { ...key, settings: [], files: [], folders: [] } };
}
