import { Database, constants as sqlite } from "bun:sqlite";
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { makePrivateFolder, NO_FOLLOW } from "./files.ts";

/**
 * A lock between processes that the operating system releases when its holder dies, however it dies.
 *
 * `BEGIN EXCLUSIVE` on an empty SQLite file takes an advisory file lock. Nothing is ever written to the file, no pid
 * decides anything, and the same code works on Linux, macOS and Windows. Without a second process it takes about 1 ms. SQLite's own
 * busy handler waits in steps of up to 100 ms, with which some of a hundred waiting processes never get the lock. With random steps
 * that begin short and grow to 50 ms all of them do, and use half the processor time that short steps alone would.
 *
 * The holder of a lock may remove the lock's file as its last act, so that locks of things that come and go do not pile up. Another
 * process may have opened that file already, and gets a lock on it next that protects nothing. So a lock counts only while its
 * file is still the one at the path; otherwise it is taken again.
 */

const LOCK_MODE = 0o600;
const RETRY_MS_MIN = 1;
const RETRY_MS_MAX_AT_FIRST = 8;
const RETRY_MS_MAX = 50;
const RETRY_GROWTH = 1.5;
/** Tries at a lock whose file is removed meanwhile: more than one only where several processes take turns. */
const OPEN_TRIES_MAX = 100;

/**
 * Runs `critical` while holding the lock at `path`; the last thing that `critical` does may be to remove that file.
 *
 * @param waitMs How long to wait for another holder.
 * @throws {MasqueError} `lock.timeout` when another process keeps it, `file.unwritable` when the lock file cannot be made.
 */
export async function withLock<T>(path: string, waitMs: number, critical: () => T | Promise<T>): Promise<T> {
  const lock = await acquire(path, waitMs);
  try {
    return await critical();
  } finally {
    lock.close();
  }
}

/** Takes the lock at once, or answers `undefined`. The caller holds the lock until it calls `release` or its process ends. */
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
      // SQLite itself would make the file readable by everyone.
      closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, LOCK_MODE));
      const lock = new Database(path, { readwrite: true });
      lock.run("PRAGMA busy_timeout = 0");
      return lock;
    } catch (error) {
      // The holder removed the file after it was made here and before it was opened.
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

/** `removed`: the lock was taken, but its file is no longer the one at the path. */
function tryBegin(lock: Database, path: string): "taken" | "held" | "removed" {
  try {
    // SQLite would make a journal file although nothing is written, and leave it behind when the process is killed.
    lock.run("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return isRemoved(lock) ? "removed" : "taken";
  } catch (error) {
    const code = errnoOf(error);
    if (code?.startsWith("SQLITE_BUSY") || code?.startsWith("SQLITE_LOCKED")) return "held";
    throw new MasqueError("file.unwritable", `Cannot lock "${path}": ${reasonOf(error)}`, {
      hint: `make "${dirname(path)}" writable for your user, or remove the lock file if it is another program's`,
      cause: error,
    });
  }
}

/** Windows cannot say, and does not remove a file that is open. */
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
