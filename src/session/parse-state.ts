import { parseMasqueSessionId, type SessionId } from "../kernel/ids.ts";
import { parseDigest } from "../kernel/text/digest.ts";
import { isObject, type Json, parseJson } from "../kernel/text/json.ts";
import {
  boolean,
  listOf,
  oneOf,
  orNull,
  parsedBy,
  recordOf,
  type Shape,
  string,
  unixNano,
} from "../kernel/text/json-shape.ts";
import type { MasqueEvent } from "../telemetry/masque-event.ts";
import { type SessionState, type Span, STATE_VERSION } from "./state.ts";

/**
 * Reads the text of a session's file. Every member is checked, and one that masque would not write makes the whole file
 * corrupt. The file is read at every prompt, so no schema library is loaded for it.
 */

/** The result of reading the text of a session's file. */
export type StateReading =
  | { readonly kind: "state"; readonly state: SessionState }
  /** Written by a later masque: this one leaves it alone. */
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "corrupt" };

/** Reads the text of a session's file; the file of another session is corrupt. */
export function parseState(text: string, session: SessionId): StateReading {
  const json = parseJson(text);
  const version = isObject(json) ? json["version"] : undefined;
  if (typeof version === "number" && version > STATE_VERSION) return { kind: "newer", version };
  const state = stateOf(session)(json);
  return state ? { kind: "state", state } : { kind: "corrupt" };
}

const IDENTITY = {
  masqueSession: parsedBy(parseMasqueSessionId),
  name: string,
  version: string,
  digest: parsedBy(parseDigest),
  source: oneOf("private", "shared"),
};
const CATEGORY = { category: string };
const REASON = oneOf("user", "switch", "exit", "clear");

const span: Shape<Span> = recordOf({ start: unixNano }, { end: unixNano, reason: REASON });

const wearing = recordOf(
  {
    ...IDENTITY,
    intent: orNull(string),
    replaces: orNull(string),
    hasVerbs: boolean,
    project: string,
    spans: (json: Json | undefined) => {
      const spans = listOf(span)(json);
      return spans?.length ? spans : undefined;
    },
  },
  CATEGORY,
);

const former = recordOf({ ...IDENTITY, start: unixNano, end: unixNano });
const shownIn = recordOf({ project: string, digest: orNull(parsedBy(parseDigest)) });

function stateOf(session: SessionId): Shape<SessionState> {
  return recordOf({
    version: oneOf(STATE_VERSION),
    session: oneOf(session),
    worn: orNull(wearing),
    before: listOf(former),
    pending: listOf(eventOf(session)),
    verbs: listOf(shownIn),
  });
}

function eventOf(session: SessionId): Shape<MasqueEvent> {
  const event = { ...IDENTITY, unixNano, session: oneOf(session), project: string };
  const don = recordOf({ ...event, kind: oneOf("don") }, CATEGORY);
  const doff = recordOf({ ...event, kind: oneOf("doff"), reason: REASON }, CATEGORY);
  return (json) => don(json) ?? doff(json);
}
