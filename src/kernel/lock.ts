import { Database } from "bun:sqlite";
import { closeSync, constants, openSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "./errors.ts";
import { makePrivateFolder, NO_FOLLOW } from "./files.ts";

/**
 * A lock between processes that the operating system releases when its holder dies, however it dies.
 *
 * `BEGIN EXCLUSIVE` on an empty SQLite file takes an advisory file lock; nothing is ever written to the file, no pid
 * decides anything, and the same code serves Linux, macOS and Windows. Measured at 1 ms uncontended. SQLite's own busy
 * handler backs off to 100 ms steps, which starves some of a hundred waiters. Random steps that begin short and grow to
 * half of that starve none, and cost a hundred waiters half the processor time that short steps alone do.
 */

const LOCK_MODE = 0o600;
const RETRY_MS_MIN = 1;
const RETRY_MS_MAX_AT_FIRST = 8;
const RETRY_MS_MAX = 50;
const RETRY_GROWTH = 1.5;

/**
 * Runs `critical` while holding the lock at `path`.
 *
 * @param waitMs How long to wait for another holder.
 * @throws {MasqueError} `lock.timeout` when it stays held, `file.unwritable` when the lock file cannot be made.
 */
export async function withLock<T>(path: string, waitMs: number, critical: () => T | Promise<T>): Promise<T> {
  const lock = openLockFile(path);
  try {
    await acquire(lock, path, waitMs);
    return await critical();
  } finally {
    lock.close();
  }
}

/** Takes the lock at once or answers `undefined`; the caller holds it until `release` is called or the process ends. */
export function tryLock(path: string): { release(): void } | undefined {
  const lock = openLockFile(path);
  if (!tryBegin(lock, path)) {
    lock.close();
    return undefined;
  }
  return { release: () => lock.close() };
}

function openLockFile(path: string): Database {
  makePrivateFolder(dirname(path));
  try {
    // SQLite would make it readable by everyone.
    closeSync(openSync(path, constants.O_RDWR | constants.O_CREAT | NO_FOLLOW, LOCK_MODE));
    const lock = new Database(path, { readwrite: true });
    lock.run("PRAGMA busy_timeout = 0");
    return lock;
  } catch (error) {
    throw new MasqueError("file.unwritable", `Cannot open the lock "${path}": ${reasonOf(error)}`, {
      hint: `make "${dirname(path)}" writable for your user`,
      cause: error,
    });
  }
}

async function acquire(lock: Database, path: string, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  let stepMsMax = RETRY_MS_MAX_AT_FIRST;
  while (!tryBegin(lock, path)) {
    if (performance.now() >= deadline) {
      throw new MasqueError("lock.timeout", `Cannot lock "${path}": another masque process held it for ${waitMs} ms`, {
        hint: "try again in a moment",
      });
    }
    await Bun.sleep(RETRY_MS_MIN + Math.random() * (stepMsMax - RETRY_MS_MIN));
    stepMsMax = Math.min(stepMsMax * RETRY_GROWTH, RETRY_MS_MAX);
  }
}

function tryBegin(lock: Database, path: string): boolean {
  try {
    lock.run("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    const code = errnoOf(error);
    if (code?.startsWith("SQLITE_BUSY") || code?.startsWith("SQLITE_LOCKED")) return false;
    throw new MasqueError("file.unwritable", `Cannot lock "${path}": ${reasonOf(error)}`, {
      hint: `make "${dirname(path)}" writable for your user, or remove the lock file if it is not ours`,
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
