import { Database, constants as sqlite } from "bun:sqlite";
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { makePrivateFolder, NO_FOLLOW } from "./files.ts";

/**
 * A lock between processes that the operating system releases when its holder dies, however it dies.
 *
 * `BEGIN EXCLUSIVE` on an empty SQLite file takes an advisory file lock; nothing is ever written to the file, no pid
 * decides anything, and the same code serves Linux, macOS and Windows. Measured at 1 ms uncontended. SQLite's own busy
 * handler backs off to 100 ms steps, which starves some of a hundred waiters. Random steps that begin short and grow to
 * half of that starve none, and cost a hundred waiters half the processor time that short steps alone do.
 *
 * Whoever holds a lock may remove its file as the last thing done under it, so that locks of things that come and go do
 * not pile up. Another process may have opened that file already and gets its lock next, which guards nothing any more: so
 * a lock counts only while its file is still the one at the path, and is taken again otherwise.
 */

const LOCK_MODE = 0o600;
const RETRY_MS_MIN = 1;
const RETRY_MS_MAX_AT_FIRST = 8;
const RETRY_MS_MAX = 50;
const RETRY_GROWTH = 1.5;
/** Each try meets another removal only where processes come and go in turn. */
const OPEN_TRIES_MAX = 100;

/**
 * Runs `critical` while holding the lock at `path`; the last thing that `critical` does may be to remove that file.
 *
 * @param waitMs How long to wait for another holder.
 * @throws {MasqueError} `lock.timeout` when it stays held, `file.unwritable` when the lock file cannot be made.
 */
export async function withLock<T>(path: string, waitMs: number, critical: () => T | Promise<T>): Promise<T> {
  const lock = await acquire(path, waitMs);
  try {
    return await critical();
  } finally {
    lock.close();
  }
}

/** Takes the lock at once or answers `undefined`; the caller holds it until `release` is called or the process ends. */
export function tryLock(path: string): { release(): void } | undefined {
  for (;;) {
    const lock = openLockFile(path);
    const taken = tryBegin(lock, path);
    if (taken === "taken") return { release: () => lock.close() };
    lock.close();
    if (taken === "held") return undefined;
  }
}

function openLockFile(path: string): Database {
  makePrivateFolder(dirname(path));
  for (let tries = 1; ; tries++) {
    try {
      // SQLite would make it readable by everyone.
      closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, LOCK_MODE));
      const lock = new Database(path, { readwrite: true });
      lock.run("PRAGMA busy_timeout = 0");
      return lock;
    } catch (error) {
      // Its holder removed the file between the two.
      if (errnoOf(error) === "SQLITE_CANTOPEN" && tries < OPEN_TRIES_MAX) continue;
      throw new MasqueError("file.unwritable", `Cannot open the lock "${path}": ${reasonOf(error)}`, {
        hint: `make "${dirname(path)}" writable for your user`,
        cause: error,
      });
    }
  }
}

async function acquire(path: string, waitMs: number): Promise<Database> {
  const deadline = performance.now() + waitMs;
  let stepMsMax = RETRY_MS_MAX_AT_FIRST;
  let lock = openLockFile(path);
  try {
    for (;;) {
      const taken = tryBegin(lock, path);
      if (taken === "taken") return lock;
      if (performance.now() >= deadline) throw timedOut(path, waitMs);
      if (taken === "removed") {
        lock.close();
        lock = openLockFile(path);
        continue;
      }
      await Bun.sleep(RETRY_MS_MIN + Math.random() * (stepMsMax - RETRY_MS_MIN));
      stepMsMax = Math.min(stepMsMax * RETRY_GROWTH, RETRY_MS_MAX);
    }
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** `removed`: the lock was taken, and its file is no longer the one at the path. */
function tryBegin(lock: Database, path: string): "taken" | "held" | "removed" {
  try {
    // Nothing is written, and yet SQLite would make a journal file each time, and leave it where a process is killed.
    lock.run("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return isRemoved(lock) ? "removed" : "taken";
  } catch (error) {
    const code = errnoOf(error);
    if (code?.startsWith("SQLITE_BUSY") || code?.startsWith("SQLITE_LOCKED")) return "held";
    throw new MasqueError("file.unwritable", `Cannot lock "${path}": ${reasonOf(error)}`, {
      hint: `make "${dirname(path)}" writable for your user, or remove the lock file if it is not ours`,
      cause: error,
    });
  }
}

/** Windows knows no such question, and removes no file that is open. */
function isRemoved(lock: Database): boolean {
  const answer = new Int32Array(2);
  return lock.fileControl(sqlite.SQLITE_FCNTL_HAS_MOVED, answer) === 0 && answer[0] !== 0;
}

function timedOut(path: string, waitMs: number): MasqueError {
  return new MasqueError("lock.timeout", `Cannot lock "${path}": another masque process held it for ${waitMs} ms`, {
    hint: "try again in a moment",
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
