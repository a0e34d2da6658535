import { LIMITS } from "../../kernel/limits.ts";
import { type Digest, parseDigest } from "../../kernel/text/digest.ts";
import { isObject, type Json, stringAt } from "../../kernel/text/json.ts";

/** What masque wrote into settings files, as JSON: it outlives the process that wrote. */

/** Where a value goes: at a path of keys from the root, or as an element of the array there. */
export type Place = { readonly path: readonly string[]; readonly isElement: boolean };

/** One value that was put in place. */
export type SettingsEdit = Place & {
  readonly value: Json;
  /** The text of the value that was there before, or `null` when there was none. */
  readonly former: string | null;
  /** The index in `path` of the first key that was made for the value; the length of `path` when all were there. */
  readonly madeFrom: number;
};

/** One replacement in a text, to go back: at `offset`, `length` characters become `instead`. */
export type Splice = { readonly offset: number; readonly length: number; readonly instead: string };

/** The edits of one writing of a file, in the order in which they were made. */
export type EditSet = {
  readonly edits: readonly SettingsEdit[];
  /** What gives every byte back while the file's text has this digest; `null` where an older masque wrote. */
  readonly exact: { readonly digest: Digest; readonly splices: readonly Splice[] } | null;
};

/** What was written into one settings file. */
export type SettingsRecord = {
  /** Oldest first. After a crash the text may hold any one of them, or none. */
  readonly sets: readonly EditSet[];
  /** Whether masque made the file, so that the file goes when it is empty again. */
  readonly madeFile: boolean;
};

/** Reads a record back; `undefined` for anything that masque did not write. */
export function readSettingsRecord(json: Json | undefined): SettingsRecord | undefined {
  if (!isObject(json) || typeof json["madeFile"] !== "boolean") return undefined;
  // Version 1 has lists of edits, without what gives the bytes back.
  const sets = readAll(json["sets"] ?? json["generations"], readSet);
  return sets && sets.length <= LIMITS.settingsEditSetsMax ? { sets, madeFile: json["madeFile"] } : undefined;
}

function readSet(json: Json): EditSet | undefined {
  const edits = readAll(isObject(json) ? json["edits"] : json, readSettingsEdit);
  const exact = isObject(json) ? readExact(json["exact"]) : null;
  return edits && exact !== undefined ? { edits, exact } : undefined;
}

/** Reads an edit back; `undefined` for anything else. */
export function readSettingsEdit(json: Json): SettingsEdit | undefined {
  if (!isObject(json)) return undefined;
  const { isElement, value, former, madeFrom } = json;
  const path = readAll(json["path"], (key) => (typeof key === "string" ? key : undefined));
  if (!path?.length || typeof isElement !== "boolean" || value === undefined) return undefined;
  if (former !== null && typeof former !== "string") return undefined;
  return isIndex(madeFrom) ? { path, isElement, value, former, madeFrom } : undefined;
}

function readExact(json: Json | undefined): EditSet["exact"] | undefined {
  if (json === null) return null;
  if (!isObject(json)) return undefined;
  const digest = parseDigest(stringAt(json, "digest") ?? "");
  const splices = readAll(json["splices"], readSplice);
  return digest && splices && { digest, splices };
}

function readSplice(json: Json): Splice | undefined {
  if (!isObject(json)) return undefined;
  const { offset, length, instead } = json;
  return isIndex(offset) && isIndex(length) && typeof instead === "string" ? { offset, length, instead } : undefined;
}

function isIndex(json: Json | undefined): json is number {
  return Number.isSafeInteger(json) && Number(json) >= 0;
}

/** The items of a list, or `undefined` when it is no list or one of them is not what it should be. */
export function readAll<T>(json: Json | undefined, read: (item: Json) => T | undefined): T[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const items: T[] = [];
  for (const item of json) {
    const found = read(item);
    if (found === undefined) return undefined;
    items.push(found);
  }
  return items;
}
