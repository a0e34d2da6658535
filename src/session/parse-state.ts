import { type MasqueSessionId, parseMasqueSessionId, type SessionId } from "../kernel/ids.ts";
import { parseDigest } from "../kernel/text/digest.ts";
import { isObject, type Json, type JsonObject, parseJson, stringAt } from "../kernel/text/json.ts";
import type { DoffReason, MasqueEvent, MasqueIdentity } from "../telemetry/masque-event.ts";
import { type Former, type SessionState, type ShownIn, type Span, STATE_VERSION, type Wearing } from "./state.ts";

/**
 * The text of a session's file to a state. It is read on every prompt, so this is a guard by hand and no schema library:
 * every member is looked at once, and one that is not what we write makes the whole file corrupt.
 */

/** What the text of a session's file turned out to be. */
export type StateReading =
  | { readonly kind: "state"; readonly state: SessionState }
  /** Written by a later masque: not ours to touch. */
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "corrupt" };

/** Reads the text of a session's file; one that is another session's is corrupt. */
export function parseState(text: string, session: SessionId): StateReading {
  const json = parseJson(text);
  if (!isObject(json)) return CORRUPT;
  const version = json["version"];
  if (typeof version === "number" && version > STATE_VERSION) return { kind: "newer", version };
  if (version !== STATE_VERSION || json["session"] !== session) return CORRUPT;
  const worn = json["worn"] === null ? null : wearingFrom(json["worn"]);
  const before = listOf(json["before"], formerFrom);
  const pending = listOf(json["pending"], (event) => eventFrom(event, session));
  const verbs = listOf(json["verbs"], shownFrom);
  if (worn === undefined || !before || !pending || !verbs) return CORRUPT;
  return { kind: "state", state: { version, session, worn, before, pending, verbs } };
}

const CORRUPT: StateReading = { kind: "corrupt" };

function wearingFrom(json: Json | undefined): Wearing | undefined {
  if (!isObject(json)) return undefined;
  const identity = identityFrom(json);
  const spans = listOf(json["spans"], spanFrom);
  const intent = textOrNull(json["intent"]);
  const replaces = textOrNull(json["replaces"]);
  const [hasVerbs, project] = [json["hasVerbs"], stringAt(json, "project")];
  if (!identity || !spans?.length || intent === undefined || replaces === undefined) return undefined;
  if (typeof hasVerbs !== "boolean" || project === undefined) return undefined;
  return { ...identity, ...categoryOf(json), intent, replaces, hasVerbs, project, spans };
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

function shownFrom(json: JsonObject): ShownIn | undefined {
  const project = stringAt(json, "project");
  const digest = json["digest"] === null ? null : parseDigest(stringAt(json, "digest") ?? "");
  return project === undefined || digest === undefined ? undefined : { project, digest };
}

function eventFrom(json: JsonObject, session: SessionId): MasqueEvent | undefined {
  const identity = identityFrom(json);
  const [unixNano, project, kind] = [timeAt(json, "unixNano"), stringAt(json, "project"), stringAt(json, "kind")];
  if (!identity || json["session"] !== session || unixNano === undefined || project === undefined) return undefined;
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
