import { rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryLock } from "../kernel/files/lock.ts";
import { LIMITS } from "../kernel/limits.ts";
import { allSessions, namesIn, type SessionFile, stateAt } from "./all-sessions.ts";
import { goneProjectOf, goneProjects, type StateFolders } from "./gone-projects.ts";
import { dropProjectVerbs, verbsLockPath } from "./project-verbs.ts";
import { isUnsettled } from "./session-file.ts";
import { isOpen, lastUseOf, type SessionState } from "./state.ts";
import { temporaryOf } from "./write-state.ts";

/**
 * Removes state that is no longer of use: closed sessions beyond the number kept, oldest first; state of projects that have
 * been gone for 90 days; files that killed processes left. A session's file is removed under its own lock, together with
 * the lock, so a command in that session either waits or finds no file.
 */

const NANOS_PER_MS = 1_000_000n;

/** @param nowMs Milliseconds since 1970. */
export function tidyState(folders: StateFolders, nowMs: number): void {
  const files = [...allSessions(folders.sessions)];
  const gone = files.filter(({ path, state }) => state && goneProjectOf(state) && ageMs(path, nowMs) > ABANDONED_MS);
  const rest = files.filter((file) => !gone.includes(file));
  for (const file of [...gone, ...excessOf(rest, nowMs)]) dropSession(file);
  for (const { path } of goneProjects(folders)) {
    if (dirname(path) === folders.projects && ageMs(path, nowMs) > ABANDONED_MS) dropProject(path);
  }
  dropLeftovers(folders.sessions, nowMs);
}

const ABANDONED_MS = LIMITS.abandonedStateMs;

function excessOf(files: readonly SessionFile[], nowMs: number): readonly SessionFile[] {
  const closed = files.flatMap((file) =>
    file.state && isClosed(file.state, nowMs) ? [{ ...file, state: file.state }] : [],
  );
  const excess = closed.length - LIMITS.closedSessionsMax;
  if (excess <= 0) return [];
  return closed.sort((a, b) => Number(lastUseOf(a.state) - lastUseOf(b.state))).slice(0, excess);
}

/** An agent program that was killed closes no span: after 90 days its session counts as closed. */
function isClosed(state: SessionState, nowMs: number): boolean {
  if ((!state.worn || !isOpen(state.worn)) && !isUnsettled(state)) return true;
  return nowMs - Number(lastUseOf(state) / NANOS_PER_MS) > ABANDONED_MS;
}

/** Leaves the session alone where another process holds its lock, or has changed it since it was read. */
function dropSession({ path, state }: SessionFile): void {
  const [lockPath, countPath] = [path.replace(/json$/, "lock"), path.replace(/json$/, "anchor")];
  const lock = tryLock(lockPath);
  if (!lock) return;
  if (Bun.deepEquals(stateAt(path), state)) {
    for (const gone of [path, countPath, temporaryOf(path), lockPath]) rmSync(gone, { force: true });
  }
  lock.release();
}

function dropProject(path: string): void {
  const lock = tryLock(verbsLockPath(path));
  if (!lock) return;
  dropProjectVerbs(path);
  lock.release();
}

/** Removes temporary files and locks without a session, and corrupt files that were renamed long ago. */
function dropLeftovers(sessions: string, nowMs: number): void {
  const names = new Set(namesIn(sessions));
  for (const name of names) {
    const path = join(sessions, name);
    const isAlone = !names.has(name.replace(/\.(?:lock|anchor)$/, ".json").replace(/^\.(.*)\.tmp$/, "$1"));
    if (/^[0-9a-f]+\.lock$/.test(name) && isAlone && ageMs(path, nowMs) > LIMITS.leftoverStateMs) dropLock(path);
    if (/^[0-9a-f]+\.anchor$/.test(name) && isAlone) rmSync(path, { force: true });
    if (/^\..*\.tmp$/.test(name) && isAlone && ageMs(path, nowMs) > LIMITS.leftoverStateMs)
      rmSync(path, { force: true });
    if (name.includes(".corrupt-") && ageMs(path, nowMs) > ABANDONED_MS) rmSync(path, { force: true });
  }
}

function dropLock(path: string): void {
  const lock = tryLock(path);
  if (!lock) return;
  rmSync(path, { force: true });
  lock.release();
}

/** Negative or small after the clock went back, so that nothing counts as old then. */
function ageMs(path: string, nowMs: number): number {
  return nowMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs);
}
