import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readUnlinked } from "../kernel/files/files.ts";
import { parseSessionId, type SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { parseJson } from "../kernel/text/json.ts";
import { parsedBy, recordOf } from "../kernel/text/json-shape.ts";
import { parseState } from "./parse-state.ts";
import { sessionFilePath } from "./session-path.ts";
import type { SessionState, Wearing } from "./state.ts";

/** All sessions' files, read without a lock. 500 files take 25 ms, so no hot path reads them all. */

/** A file of `<data>/sessions`, and the state in it; `null` for one that is not what masque wrote. */
export type SessionFile = { readonly path: string; readonly state: SessionState | null };

/** Every session's file, in no order; at most `LIMITS.sessionsScannedMax`. */
export function* allSessions(sessions: string): Generator<SessionFile> {
  const names = namesIn(sessions).filter((name) => name.endsWith(".json"));
  for (const name of names.slice(0, LIMITS.sessionsScannedMax)) {
    const path = join(sessions, name);
    const state = stateAt(path);
    if (state === undefined) continue;
    yield { path, state: state && sessionFilePath(sessions, state.session) === path ? state : null };
  }
}

/** What the agent sessions of one project wear, open spans or not. */
export function wearingsIn(sessions: string, projectRealPath: string): readonly Wearing[] {
  return [...allSessions(sessions)].flatMap(({ state }) =>
    state?.worn?.project === projectRealPath ? [state.worn] : [],
  );
}

/** The sessions with a change that is not complete: its process died, or still runs. */
export function* unsettledSessions(sessions: string): Generator<SessionId> {
  for (const name of namesIn(sessions)) {
    if (!name.endsWith(".lock")) continue;
    const state = stateAt(join(sessions, name.replace(/lock$/, "json")));
    if (state && state.pending.length + state.verbs.length > 0) yield state.session;
  }
}

/** The names in a folder, none where it is not there. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** The state in a session's file; `undefined` where there is none any more, `null` where it is not what masque wrote. */
export function stateAt(path: string): SessionState | null | undefined {
  const text = textAt(path);
  if (typeof text !== "string") return text;
  const session = named(parseJson(text))?.session;
  const reading = session && parseState(text, session);
  return reading?.kind === "state" ? reading.state : null;
}

const named = recordOf({ session: parsedBy(parseSessionId) });

function textAt(path: string): string | null | undefined {
  try {
    const tooLarge = (bytes: number) => new MasqueError("session.unreadable", `"${path}" is ${bytes} bytes long`);
    return readUnlinked(path, LIMITS.sessionFileBytesMax, tooLarge)?.toString("utf8");
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return null;
    throw error;
  }
}
