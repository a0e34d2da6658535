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

/** What reading the session file came to. A corrupt file reads as empty; the next change sets it aside. */
export type StateFound = { readonly state: SessionState; readonly isCorrupt: boolean };

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

/** What a change came to, and what people should know of it although it succeeded. */
export type StateChanged<T> = { readonly result: T; readonly warnings: readonly string[] };

/** Makes a further state durable, and appends what it leaves pending; answers the state as it then stands. */
export type SaveState = (next: SessionState) => Promise<SessionState>;

/**
 * Changes the state under the lock: `decide` takes the state and what saves a further one, and answers what the caller
 * wants to know. Records pending in a saved state are appended before this returns; where that fails they stay pending,
 * which is a warning, for the masque is worn or doffed all the same.
 *
 * @param waitMs How long to wait for another process.
 * @throws {MasqueError} `lock.timeout`, `file.unwritable`, `session.unreadable`
 */
export async function changeState<T>(
  place: SessionPlace,
  waitMs: number,
  decide: (state: SessionState, save: SaveState) => Promise<T>,
): Promise<StateChanged<T>> {
  const path = sessionFilePath(place.project);
  return await withLock(join(dirname(path), "masque.session.lock"), waitMs, async () => {
    const found = readState(place.project);
    const journal = new Journal(place, path);
    if (found.isCorrupt)
      journal.warn(`the session file was corrupt; it is kept as "${moveAside(path)}" and a new one begun`);
    if (!existsSync(path)) excludeFromGit(place.project);
    removeTemporaries(path);
    let current = await journal.settle(found.state, "found");
    const save: SaveState = async (next) => {
      if (next === current) return current;
      writeState(path, next);
      current = await journal.settle(next, "decided");
      return current;
    };
    return { result: await decide(current, save), warnings: journal.warnings };
  });
}

/** Brings pending records into `masque.jsonl`, and collects what people should know of it. */
class Journal {
  readonly warnings: string[] = [];
  readonly #place: SessionPlace;
  readonly #path: string;
  #hasFailed = false;

  constructor(place: SessionPlace, path: string) {
    this.#place = place;
    this.#path = path;
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** Appends what is pending and clears the mark; after a failure, leaves both to the next command. */
  async settle(state: SessionState, origin: "found" | "decided"): Promise<SessionState> {
    if (state.pending.length === 0 || this.#hasFailed) return state;
    const serialize = await this.#place.serializer();
    try {
      appendMissingEvents(this.#place.events, state.pending.map(serialize), origin);
    } catch (error) {
      if (!(error instanceof MasqueError) || error.code !== "telemetry.write-failed") throw error;
      this.#hasFailed = true;
      this.warn(`${error.message}; the record is kept, and the next command appends it`);
      return state;
    }
    const settled = clearPending(state);
    writeState(this.#path, settled);
    return settled;
  }
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
  let aside = `${path}.corrupt-${writtenAt}`;
  for (let again = 2; existsSync(aside); again++) aside = `${path}.corrupt-${writtenAt}-${again}`;
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
