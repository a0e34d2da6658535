import { lstatSync, readdirSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/** The name of the temporary file that `replaceFile` and similar functions write first. */
const TEMPORARY = /^\..+\.\d+\.[0-9a-f]{8}\.tmp$/;

/**
 * Removes temporary files that killed processes left: at most a few at once, none younger than an hour, and only this user's regular
 * files. Called where a folder is written seldom. It never makes a command fail.
 */
export function removeStaleTemporaries(folder: string, nowMs = Date.now()): void {
  const names = namesIn(folder).filter((name) => TEMPORARY.test(name));
  for (const name of names.slice(0, LIMITS.staleTemporariesMax)) {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat && isStale(stat, nowMs)) removeIfPossible(path);
  }
}

function isStale(stat: Stats, nowMs: number): boolean {
  const isOurs = process.getuid === undefined || stat.uid === process.getuid();
  return stat.isFile() && isOurs && nowMs - stat.mtimeMs > LIMITS.staleTemporaryMs;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
