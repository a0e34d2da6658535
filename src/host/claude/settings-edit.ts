import { isObject, type Json, stringAt } from "../../kernel/json.ts";

/** One edit, as JSON: it must outlive the process that made it. */
export type SettingsEdit = {
  /** Keys from the root. */
  readonly path: readonly string[];
  /** Whether `value` was appended to the array at `path`; otherwise it is the value at `path`. */
  readonly isElement: boolean;
  readonly value: Json;
  /** The text of the value that stood at `path`, or `null` when there was none. */
  readonly former: string | null;
  /** The index in `path` of the first key that we made; its length when all of them were there. */
  readonly madeFrom: number;
  readonly removed: string;
  readonly inserted: string;
  /** Where our value begins inside `inserted`. */
  readonly valueAt: number;
};

/** Reads an edit back from a file of ours; `undefined` for anything that is none. */
export function readSettingsEdit(json: Json): SettingsEdit | undefined {
  if (!isObject(json)) return undefined;
  const { path, isElement, value, former, madeFrom, valueAt } = json;
  const removed = stringAt(json, "removed");
  const inserted = stringAt(json, "inserted");
  if (!isTextList(path) || typeof isElement !== "boolean" || value === undefined) return undefined;
  if (former !== null && typeof former !== "string") return undefined;
  if (removed === undefined || inserted === undefined) return undefined;
  if (typeof madeFrom !== "number" || typeof valueAt !== "number") return undefined;
  return { path, isElement, value, former, madeFrom, removed, inserted, valueAt };
}

function isTextList(json: Json | undefined): json is readonly string[] {
  return Array.isArray(json) && json.every((item) => typeof item === "string");
}
