import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readUnlinked } from "../kernel/files/files.ts";
import { withLock } from "../kernel/files/lock.ts";
import type { SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import type { EventSerializer } from "../telemetry/masque-event.ts";
import { appendMissingEvents } from "./append-events.ts";
import { parseState } from "./parse-state.ts";
import { sessionFilePath, sessionLockPath } from "./session-path.ts";
import { emptyState, type SessionState } from "./state.ts";
import { clearPending } from "./transition.ts";
import { projectsDue, withVerbsDue } from "./verbs-due.ts";
import { writeState } from "./write-state.ts";

/**
 * The file of an agent session and the promise it keeps: a record is in `masque.jsonl` exactly once, and the host's
 * settings follow what is worn, whatever dies when. Under the session's lock the new state is written with its records
 * pending and the projects marked whose settings are due; then the records are appended; then the settings are brought
 * up to date; then the state is written once more. A state that is found with something pending belongs to a process
 * that died, perhaps after appending: its records are looked for in the file's tail before they are appended.
 */

/** Where sessions and the user's events lie, and how an event becomes a line. */
export type SessionPlace = {
  /** `<data>/sessions`. */
  readonly sessions: string;
  /** `masque.jsonl`. */
  readonly events: string;
  readonly serializer: () => Promise<EventSerializer>;
};

/** What reading a session's file came to. A corrupt file reads as empty; the next change sets it aside. */
export type StateFound = { readonly state: SessionState; readonly isCorrupt: boolean };

/**
 * The state as it is, without waiting for anyone.
 *
 * @throws {MasqueError} `session.unreadable` for the file of a later masque, or one that cannot be read.
 */
export function readState(sessions: string, session: SessionId): StateFound {
  const path = sessionFilePath(sessions, session);
  const text = readText(path);
  if (text === undefined) return { state: emptyState(session), isCorrupt: false };
  const reading = parseState(text, session);
  switch (reading.kind) {
    case "state":
      return { state: reading.state, isCorrupt: false };
    case "corrupt":
      return { state: emptyState(session), isCorrupt: true };
    case "newer":
      throw new MasqueError(
        "session.unreadable",
        `Cannot read "${path}": a later masque wrote it (format ${reading.version})`,
        { hint: "update masque" },
      );
    default:
      return reading satisfies never;
  }
}

/** Whether a change was left half done: records that are not appended yet, or settings that are due. */
export function isUnsettled(state: SessionState): boolean {
  return state.pending.length > 0 || projectsDue(state).length > 0;
}

/** What a change decides: the next state, the same one for no change, and what the caller wants to know. */
export type Decision<T> = { readonly next: SessionState; readonly result: T };

/** Brings the host's settings to what the state asks for, and answers the state that says so. */
export type FollowState = (
  state: SessionState,
  waitMs: number,
) => Promise<{ readonly state: SessionState; readonly warnings: readonly string[] }>;

/** What a change came to, and what people should know of it although it succeeded. */
export type StateChanged<T> = {
  readonly result: T;
  readonly state: SessionState;
  readonly warnings: readonly string[];
};

/** Which session to change, and what the host's settings have to do with it. */
export type Changing = {
  readonly session: SessionId;
  /** How long to wait for other processes in all. */
  readonly waitMs: number;
  readonly follow: FollowState;
};

/**
 * Changes the state under the session's lock. Where records cannot be appended they stay pending, which is a warning:
 * the masque is worn or doffed all the same.
 *
 * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `session.unreadable`
 */
export async function changeState<T>(
  place: SessionPlace,
  { session, waitMs, follow }: Changing,
  decide: (state: SessionState) => Decision<T>,
): Promise<StateChanged<T>> {
  const path = sessionFilePath(place.sessions, session);
  const lock = sessionLockPath(place.sessions, session);
  const until = performance.now() + waitMs;
  const leftMs = () => Math.max(0, until - performance.now());
  return await withLock(lock, waitMs, async () => {
    const { state: found, isCorrupt } = readState(place.sessions, session);
    const { next, result } = decide(found);
    const warnings = isCorrupt ? [setAside(path)] : [];
    const due = withVerbsDue(next);
    if (due !== found) writeState(path, due, true);
    const appended = await appendPending(place, { found, due });
    warnings.push(...appended.warnings);
    const followed = projectsDue(due).length > 0 ? await follow(appended.state, leftMs()) : appended;
    if (followed !== appended) warnings.push(...followed.warnings);
    const { state } = followed;
    // The state before this one says the same, and what to look at again: losing this one to a crash loses nothing.
    if (state !== due) writeState(path, state, false);
    if (!isUnsettled(state)) rmSync(lock, { force: true });
    return { result, state, warnings };
  });
}

async function appendPending(
  place: SessionPlace,
  { found, due }: { readonly found: SessionState; readonly due: SessionState },
): Promise<{ state: SessionState; warnings: readonly string[] }> {
  if (due.pending.length === 0) return { state: due, warnings: [] };
  const serialize = await place.serializer();
  const isFound = new Set(found.pending);
  const lines = {
    found: due.pending.filter((event) => isFound.has(event)).map(serialize),
    decided: due.pending.filter((event) => !isFound.has(event)).map(serialize),
  };
  try {
    appendMissingEvents(place.events, lines);
  } catch (error) {
    if (!(error instanceof MasqueError) || error.code !== "telemetry.write-failed") throw error;
    return { state: due, warnings: [`${error.message}; the record is kept, and the next command appends it`] };
  }
  return { state: clearPending(due), warnings: [] };
}

function readText(path: string): string | undefined {
  try {
    return readUnlinked(path, LIMITS.sessionFileBytesMax, (bytes) => tooLarge(path, bytes))?.toString("utf8");
  } catch (error) {
    if (error instanceof MasqueError) throw error;
    throw new MasqueError("session.unreadable", `Cannot read "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: "make it a readable file, or remove it",
      cause: error,
    });
  }
}

function tooLarge(path: string, bytes: number): MasqueError {
  return new MasqueError(
    "session.unreadable",
    `Cannot read "${path}": it is ${bytes} bytes long, far more than masque writes`,
    { hint: "move it away; masque begins a new one" },
  );
}

/** Keeps a corrupt file under another name, and says so. */
function setAside(path: string): string {
  const writtenAt = statSync(path).mtime.toISOString().replace(/[:.]/g, "-");
  let aside = `${path}.corrupt-${writtenAt}`;
  for (let again = 2; existsSync(aside); again++) aside = `${path}.corrupt-${writtenAt}-${again}`;
  renameSync(path, aside);
  return `the session file was corrupt; it is kept as "${aside}" and a new one begun`;
}
