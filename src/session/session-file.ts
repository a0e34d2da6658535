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
 * The file of an agent session. Whichever process dies, and whenever: each record is in `masque.jsonl` exactly once,
 * and the agent program's settings show what is worn. For that, a change has four steps under the session's lock:
 *
 * 1. Write the new state, with its records pending and its projects marked as due.
 * 2. Append the records.
 * 3. Edit the settings of the projects that are due.
 * 4. Write the state again, with nothing pending.
 *
 * A state with pending records was left by a process that died, perhaps after step 2. Its records are looked for at the end
 * of `masque.jsonl` before they are appended.
 */

/** Where sessions and the user's events are kept, and how an event becomes a line. */
export type SessionPlace = {
  /** `<data>/sessions`. */
  readonly sessions: string;
  /** `masque.jsonl`. */
  readonly events: string;
  readonly serializer: () => Promise<EventSerializer>;
};

/** The state in a session's file. A corrupt file reads as empty; the next change renames it. */
export type StateFound = { readonly state: SessionState; readonly isCorrupt: boolean };

/**
 * The state as it is now. Waits for no lock.
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

/** What a change decides: the next state (the same object where nothing changes), and a result for the caller. */
export type Decision<T> = { readonly next: SessionState; readonly result: T };

/** Edits the agent program's settings to show what the state asks for, and returns the state that records this. */
export type FollowState = (
  state: SessionState,
  waitMs: number,
) => Promise<{ readonly state: SessionState; readonly warnings: readonly string[] }>;

/** The result of a change, the state after it, and warnings for people. */
export type StateChanged<T> = {
  readonly result: T;
  readonly state: SessionState;
  readonly warnings: readonly string[];
};

/** Which session to change, and how the agent program's settings follow. */
export type Changing = {
  readonly session: SessionId;
  /** The longest wait for other processes: milliseconds, over all locks. */
  readonly waitMs: number;
  readonly follow: FollowState;
};

/**
 * Changes the state under the session's lock. Records that cannot be appended stay pending, and a warning says so; the don
 * or doff succeeds.
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
    // The rename is not synced: after a crash the state of step 1 is there, and the next command only does steps 2 to 4 again.
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
      hint: "make the file readable for your user, or remove it",
      cause: error,
    });
  }
}

function tooLarge(path: string, bytes: number): MasqueError {
  return new MasqueError(
    "session.unreadable",
    `Cannot read "${path}": it is ${bytes} bytes long, far more than masque writes`,
    { hint: "move the file away; masque then starts a new one" },
  );
}

/** Renames a corrupt file, and returns a warning that says so. */
function setAside(path: string): string {
  const writtenAt = statSync(path).mtime.toISOString().replace(/[:.]/g, "-");
  let aside = `${path}.corrupt-${writtenAt}`;
  for (let again = 2; existsSync(aside); again++) aside = `${path}.corrupt-${writtenAt}-${again}`;
  renameSync(path, aside);
  return `the session file was corrupt; it is kept as "${aside}", and masque started a new one`;
}
