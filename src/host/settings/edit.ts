import { LIMITS } from "../../kernel/limits.ts";
import { type Digest, parseDigest } from "../../kernel/text/digest.ts";
import { isObject, type Json } from "../../kernel/text/json.ts";
import {
  boolean,
  count,
  listOf,
  orNull,
  parsedBy,
  recordOf,
  type Shape,
  string,
} from "../../kernel/text/json-shape.ts";

/** What masque wrote into settings files, as JSON that later processes read. */

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

/** One replacement that undoes an edit: at `offset`, `length` characters become `instead`. */
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

const anything: Shape<Json> = (json) => json;
const splice = recordOf({ offset: count, length: count, instead: string });
const edit = recordOf({
  path: (json) => {
    const keys = listOf(string)(json);
    return keys?.length ? keys : undefined;
  },
  isElement: boolean,
  value: anything,
  former: orNull(string),
  madeFrom: count,
});
const editSet = recordOf({
  edits: listOf(edit),
  exact: orNull(recordOf({ digest: parsedBy(parseDigest), splices: listOf(splice) })),
});

/** Version 1 has lists of edits, without what gives the bytes back. */
const listedSet: Shape<EditSet> = (json) => {
  const edits = listOf(edit)(json);
  return edits && { edits, exact: null };
};

/** Reads a record back; `undefined` for anything that masque did not write. */
export function readSettingsRecord(json: Json | undefined): SettingsRecord | undefined {
  if (!isObject(json)) return undefined;
  const sets = listOf((one) => editSet(one) ?? listedSet(one))(json["sets"] ?? json["generations"]);
  const madeFile = boolean(json["madeFile"]);
  if (!sets || madeFile === undefined || sets.length > LIMITS.settingsEditSetsMax) return undefined;
  return { sets, madeFile };
}
