import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readBounded, replaceFile } from "../kernel/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { withLock } from "../kernel/lock.ts";
import type { EventSerializer } from "../telemetry/masque-event.ts";
import { appendMissingEvents } from "./append-events.ts";
import { excludeFromGit } from "./git-exclude.ts";
import { parseState } from "./parse-state.ts";
import { EMPTY_STATE, type SessionState } from "./state.ts";
import { clearPending } from "./transition.ts";

/**
 * The session file and the promise it keeps: an event is in `masque.jsonl` exactly once, whatever dies when. Under the
 * lock the new state is written with its records pending inside; then the records are appended; then the mark is
 * cleared. A state that is found with records pending belongs to a process that died, perhaps after appending: those
 * are looked for in the file's tail before they are appended.
 */

/** Where a project's session file and the user's events lie, and how an event becomes a line. */
export type SessionPlace = {
  readonly project: string;
  /** `masque.jsonl`. */
  readonly events: string;
  readonly serializer: () => Promise<EventSerializer>;
};

/** What reading the session file came to. */
export type StateFound = {
  readonly state: SessionState;
  /** Where a corrupt file was, or is to be, set aside; `null` where the file was whole. */
  readonly isCorrupt: boolean;
};

/** `.claude/masque.session.json` of a project. */
export function sessionFilePath(project: string): string {
  return join(project, ".claude", "masque.session.json");
}

/**
 * The state as it stands, without waiting for anyone.
 *
 * @throws {MasqueError} `session.unreadable` for the file of a later masque, or one that cannot be read.
 */
export function readState(project: string): StateFound {
  const path = sessionFilePath(project);
  const reading = parseState(readText(path) ?? JSON.stringify(EMPTY_STATE));
  switch (reading.kind) {
    case "state":
      return { state: reading.state, isCorrupt: false };
    case "corrupt":
      return { state: EMPTY_STATE, isCorrupt: true };
    case "newer":
      throw new MasqueError(
        "session.unreadable",
        `Cannot read "${path}": a later masque wrote it (format ${reading.version})`,
        {
          hint: "update masque",
        },
      );
    default:
      return reading satisfies never;
  }
}

/** What a change came to: the state before and after, and where a corrupt file was set aside. */
export type StateChanged<T> = { readonly result: T; readonly setAside: string | null };

/**
 * Changes the state under the lock: `decide` takes the state and a `save` that makes a further one durable, and answers
 * what the caller wants to know. Records pending in a saved state are appended before this returns.
 *
 * @param waitMs How long to wait for another process.
 * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `session.unreadable`, `telemetry.write-failed`
 */
export async function changeState<T>(
  place: SessionPlace,
  waitMs: number,
  decide: (state: SessionState, save: (next: SessionState) => Promise<SessionState>) => Promise<T>,
): Promise<StateChanged<T>> {
  const path = sessionFilePath(place.project);
  return await withLock(join(dirname(path), "masque.session.lock"), waitMs, async () => {
    const found = readState(place.project);
    const setAside = found.isCorrupt ? moveAside(path) : null;
    if (!existsSync(path)) excludeFromGit(place.project);
    let current = await settle(place, path, found.state, "found");
    const result = await decide(current, async (next) => {
      if (next === current) return current;
      writeState(path, next);
      current = await settle(place, path, next, "decided");
      return current;
    });
    return { result, setAside };
  });
}

/** Appends what is pending and clears the mark. */
async function settle(place: SessionPlace, path: string, state: SessionState, origin: "found" | "decided") {
  if (state.pending.length === 0) return state;
  const serialize = await place.serializer();
  if (origin === "found") removeTemporaries(path);
  appendMissingEvents(place.events, state.pending.map(serialize), origin);
  const settled = clearPending(state);
  writeState(path, settled);
  return settled;
}

function writeState(path: string, state: SessionState): void {
  replaceFile(path, `${JSON.stringify(state, null, 1)}\n`);
}

function readText(path: string): string | undefined {
  try {
    return readBounded(path, LIMITS.sessionFileBytesMax, (bytes) => tooLarge(path, bytes))?.toString("utf8");
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
    {
      hint: "move it away; masque begins a new one",
    },
  );
}

function moveAside(path: string): string {
  const writtenAt = statSync(path).mtime.toISOString().replace(/[:.]/g, "-");
  const aside = `${path}.corrupt-${writtenAt}`;
  renameSync(path, aside);
  return aside;
}

/** What a killed process left of its temporary; the lock is ours, so none is in use. */
function removeTemporaries(path: string): void {
  const prefix = `.${basename(path)}.`;
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith(prefix) && name.endsWith(".tmp")) rmSync(join(dirname(path), name), { force: true });
  }
}
