import { isObject, type Json, stringAt } from "../../kernel/json.ts";
import { readSettingsEdit, type SettingsEdit } from "./settings-edit.ts";

/**
 * What `masque setup claude` has put where, so that it can all be taken back: `<data>/host/claude/setup.json`. It is
 * saved before anything is changed, naming what stands there now and what will, and once more when all is done; so
 * whatever stands in a file after a crash, the journal knows it.
 */
export type SetupJournal = { readonly version: 1; readonly setups: Readonly<Record<string, Setup>> };

/** One place that was set up, by the folder (`~/.claude`, or a project's `.claude`) that is its key. */
export type Setup = {
  readonly settings: readonly SettingsRecord[];
  readonly files: readonly FileRecord[];
  /** Folders that we made, outermost first: they go again when they are empty. */
  readonly folders: readonly string[];
};

/** What we wrote into one settings file. */
export type SettingsRecord = {
  readonly path: string;
  /** Each a whole set of edits in the order they were made, oldest first: the text holds one of the sets, or none. */
  readonly generations: readonly (readonly SettingsEdit[])[];
  readonly madeFile: boolean;
};

/** A file that is ours as long as its digest is one of these. */
export type FileRecord = { readonly path: string; readonly digests: readonly string[] };

/** The journal of someone who has set up nothing. */
export const EMPTY_JOURNAL: SetupJournal = { version: 1, setups: {} };

/** Reads a journal; `undefined` for anything that we did not write. */
export function readJournal(json: Json | undefined): SetupJournal | undefined {
  if (!isObject(json) || json["version"] !== 1 || !isObject(json["setups"])) return undefined;
  const setups = Object.entries(json["setups"]).map(([key, setup]) => [key, readSetup(setup)] as const);
  if (setups.some(([, setup]) => setup === undefined)) return undefined;
  return { version: 1, setups: Object.fromEntries(setups.flatMap(([key, setup]) => (setup ? [[key, setup]] : []))) };
}

function readSetup(json: Json | undefined): Setup | undefined {
  if (!isObject(json)) return undefined;
  const settings = readAll(json["settings"], readSettingsRecord);
  const files = readAll(json["files"], readFileRecord);
  const folders = readAll(json["folders"], (folder) => (typeof folder === "string" ? folder : undefined));
  return settings && files && folders && { settings, files, folders };
}

function readSettingsRecord(json: Json): SettingsRecord | undefined {
  if (!isObject(json)) return undefined;
  const path = stringAt(json, "path");
  const generations = readAll(json["generations"], (edits) => readAll(edits, readSettingsEdit));
  if (path === undefined || generations === undefined || typeof json["madeFile"] !== "boolean") return undefined;
  return { path, generations, madeFile: json["madeFile"] };
}

function readFileRecord(json: Json): FileRecord | undefined {
  if (!isObject(json)) return undefined;
  const path = stringAt(json, "path");
  const digests = readAll(json["digests"], (one) => (typeof one === "string" ? one : undefined));
  return path === undefined || digests === undefined ? undefined : { path, digests };
}

/** The items of a list, or `undefined` when it is none or one of them is not what it should be. */
function readAll<T>(json: Json | undefined, read: (item: Json) => T | undefined): T[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const items: T[] = [];
  for (const item of json) {
    const found = read(item);
    if (found === undefined) return undefined;
    items.push(found);
  }
  return items;
}
