import { parseDigest } from "../kernel/digest.ts";
import { type MasqueSessionId, parseMasqueSessionId, parseSessionId } from "../kernel/ids.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../kernel/json.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";
import {
  type Entry,
  type Former,
  type HostNote,
  type SessionState,
  type Span,
  STATE_VERSION,
  type Wearing,
} from "./state.ts";

/**
 * The session file's text to a state. It is read on every prompt, so this is a guard by hand and no schema library:
 * every member is looked at once, and one that is not what we write makes the whole file corrupt.
 */

/** What a session file's text turned out to be. */
export type StateReading =
  | { readonly kind: "state"; readonly state: SessionState }
  /** Written by a later masque: not ours to touch. */
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "corrupt" };

/** Reads a session file's text. */
export function parseState(text: string): StateReading {
  const json = parseJson(text);
  if (!isObject(json)) return CORRUPT;
  const version = json["version"];
  if (typeof version === "number" && version > STATE_VERSION) return { kind: "newer", version };
  if (version !== STATE_VERSION) return CORRUPT;
  const sessions = mapObject(json["sessions"], parseSessionId, entryFrom);
  const notes = mapObject(json["notes"], (pid) => (/^\d+$/.test(pid) ? pid : undefined), noteFrom);
  const pending = listOf(json["pending"], eventFrom);
  if (!sessions || !notes || !pending) return CORRUPT;
  return { kind: "state", state: { version, sessions, notes, pending, spinner: json["spinner"] ?? null } };
}

const CORRUPT: StateReading = { kind: "corrupt" };

function entryFrom(json: JsonObject): Entry | undefined {
  const before = listOf(json["before"], formerFrom);
  const worn = json["worn"] === null ? null : wearingFrom(json["worn"]);
  return before && worn !== undefined ? { worn, before } : undefined;
}

function wearingFrom(json: Json | undefined): Wearing | undefined {
  if (!isObject(json)) return undefined;
  const identity = identityFrom(json);
  const spans = listOf(json["spans"], spanFrom);
  const intent = textOrNull(json["intent"]);
  const replaces = textOrNull(json["replaces"]);
  const hasVerbs = json["hasVerbs"];
  if (!identity || !spans?.length || intent === undefined || replaces === undefined) return undefined;
  if (typeof hasVerbs !== "boolean") return undefined;
  return { ...identity, ...categoryOf(json), intent, replaces, hasVerbs, spans };
}

function formerFrom(json: JsonObject): Former | undefined {
  const identity = identityFrom(json);
  const [start, end] = [timeAt(json, "start"), timeAt(json, "end")];
  return identity && start !== undefined && end !== undefined ? { ...identity, start, end } : undefined;
}

function identityFrom(json: JsonObject) {
  const masqueSession = masqueSessionAt(json);
  const [name, version] = [stringAt(json, "name"), stringAt(json, "version")];
  const digest = parseDigest(stringAt(json, "digest") ?? "");
  const source = sourceAt(json);
  if (!masqueSession || name === undefined || version === undefined || !digest || !source) return undefined;
  return { masqueSession, name, version, digest, source };
}

function spanFrom(json: JsonObject): Span | undefined {
  const [start, end, reason] = [timeAt(json, "start"), timeAt(json, "end"), reasonAt(json)];
  if (start === undefined) return undefined;
  if (end === undefined) return json["end"] === undefined ? { start } : undefined;
  return reason === undefined ? { start, end } : { start, end, reason };
}

function noteFrom(json: JsonObject): HostNote | undefined {
  const [kind, unixNano] = [stringAt(json, "kind"), timeAt(json, "unixNano")];
  const session = parseSessionId(stringAt(json, "session") ?? "");
  if (kind !== "resumed" && kind !== "cleared" && kind !== "forked") return undefined;
  if (!session || unixNano === undefined) return undefined;
  return { kind, session, unixNano };
}

function eventFrom(json: JsonObject): MasqueEvent | undefined {
  const identity = identityFrom(json);
  const session = parseSessionId(stringAt(json, "session") ?? "");
  const [unixNano, project, kind] = [timeAt(json, "unixNano"), stringAt(json, "project"), stringAt(json, "kind")];
  if (!identity || !session || unixNano === undefined || project === undefined) return undefined;
  const event = { unixNano, session, ...identity, ...categoryOf(json), project };
  const reason = reasonAt(json);
  if (kind === "don") return { ...event, kind };
  return kind === "doff" && reason ? { ...event, kind, reason } : undefined;
}

function masqueSessionAt(json: JsonObject): MasqueSessionId | undefined {
  return parseMasqueSessionId(stringAt(json, "masqueSession") ?? "");
}

function sourceAt(json: JsonObject): MasqueIdentity["source"] | undefined {
  const source = json["source"];
  return source === "private" || source === "shared" ? source : undefined;
}

function reasonAt(json: JsonObject): DoffReason | undefined {
  const reason = json["reason"];
  return reason === "user" || reason === "switch" || reason === "exit" || reason === "clear" ? reason : undefined;
}

function categoryOf(json: JsonObject): { category?: string } {
  const category = stringAt(json, "category");
  return category === undefined ? {} : { category };
}

function timeAt(json: JsonObject, key: string): string | undefined {
  const text = stringAt(json, key);
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}

function textOrNull(json: Json | undefined): string | null | undefined {
  return json === null || typeof json === "string" ? json : undefined;
}

/** Every member through `from`; `undefined` as soon as one is not what it should be. */
function listOf<T>(json: Json | undefined, from: (member: JsonObject) => T | undefined): T[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const list: T[] = [];
  for (const member of json) {
    const read = isObject(member) ? from(member) : undefined;
    if (read === undefined) return undefined;
    list.push(read);
  }
  return list;
}

function mapObject<K extends string, V>(
  json: Json | undefined,
  keyFrom: (key: string) => K | undefined,
  from: (member: JsonObject) => V | undefined,
): Record<K, V> | undefined {
  if (!isObject(json)) return undefined;
  const entries: [K, V][] = [];
  for (const [text, member] of Object.entries(json)) {
    const key = keyFrom(text);
    const read = isObject(member) ? from(member) : undefined;
    if (key === undefined || read === undefined) return undefined;
    entries.push([key, read]);
  }
  return Object.fromEntries(entries) as Record<K, V>;
}
