import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readUnlinked, replaceCache } from "../kernel/files/files.ts";
import { parseSessionId, type SessionId } from "../kernel/ids.ts";
import { LIMITS } from "../kernel/limits.ts";
import { type ProcessIdentity, processKey } from "../kernel/process/process-identity.ts";
import { parseJson } from "../kernel/text/json.ts";
import { oneOf, parsedBy, recordOf, string, unixNano } from "../kernel/text/json-shape.ts";
import { namesIn } from "./all-sessions.ts";
import type { HostNote } from "./host-life.ts";
import { keyOf } from "./session-path.ts";

/**
 * What a process of the agent program announced in one hook, for its next hook to act on. One small file for each process,
 * named for its identity: hooks of different processes share no file, and a pid that is used again is another process.
 * Nothing here waits for the disk: when the machine loses power, the process is gone too.
 */

const VERSION = 1;

/** What a process announced, or `null`. */
export function readHostNote(folder: string, host: ProcessIdentity): HostNote | null {
  return noteAt(notePath(folder, host), processKey(host));
}

/** Keeps what a process announced, and replaces what it announced before. */
export function keepHostNote(folder: string, host: ProcessIdentity, note: HostNote): void {
  replaceCache(notePath(folder, host), `${JSON.stringify({ version: VERSION, process: processKey(host), ...note })}\n`);
  dropOldest(folder);
}

/** Forgets what a process announced. */
export function dropHostNote(folder: string, host: ProcessIdentity): void {
  rmSync(notePath(folder, host), { force: true });
}

/** The note that this session is a fork whose transcript is not there yet, from any process; `drop` forgets the note. */
export function forkNoteOf(folder: string, session: SessionId): { note: HostNote; drop(): void } | null {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const note = noteAt(path, null);
    if (note?.kind === "forked" && note.session === session) {
      return { note, drop: () => rmSync(path, { force: true }) };
    }
  }
  return null;
}

function notePath(folder: string, host: ProcessIdentity): string {
  return join(folder, `${keyOf(processKey(host))}.json`);
}

/** A file that cannot be read counts as no note: at worst, the span opens with the next don. */
function noteAt(path: string, process: string | null): HostNote | null {
  const found = fileOf(parseJson(textAt(path) ?? ""));
  if (!found || (process !== null && found.process !== process)) return null;
  const { kind, session, unixNano } = found;
  return { kind, session, unixNano };
}

const fileOf = recordOf({
  version: oneOf(VERSION),
  process: string,
  kind: oneOf("resumed", "cleared", "forked"),
  session: parsedBy(parseSessionId),
  unixNano,
});

function textAt(path: string): string | undefined {
  try {
    const tooLarge = (bytes: number) => new MasqueError("file.unreadable", `"${path}" is ${bytes} bytes long`);
    return readUnlinked(path, LIMITS.hostNoteBytesMax, tooLarge)?.toString("utf8");
  } catch (error) {
    if (error instanceof MasqueError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function dropOldest(folder: string): void {
  const names = namesIn(folder);
  if (names.length <= LIMITS.hostNotesMax) return;
  const aged = names
    .map((name) => ({ path: join(folder, name), ms: modifiedMs(join(folder, name)) }))
    .sort((a, b) => a.ms - b.ms);
  for (const { path } of aged.slice(0, names.length - LIMITS.hostNotesMax)) rmSync(path, { force: true });
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
