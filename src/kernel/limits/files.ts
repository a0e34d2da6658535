import { KIB, MIB } from "./units.ts";

/** Bounds on files and locks that every part of the program uses. */
export const FILE_LIMITS = {
  /** A temporary file older than this was left by a killed process: replacing a file takes milliseconds. */
  staleTemporaryMs: 3_600_000,
  /** Stale temporary files removed in one go; the next go removes more. */
  staleTemporariesMax: 20,
  /** The system's list of groups: some thousand lines where a directory service writes it. */
  groupListBytesMax: 1 * MIB,
  /** A command waits this long for the session lock: far longer than 100 queued changes take. */
  lockWaitMs: 10_000,
  /** Claude Code gives up on a hook after 1.5 s in all. */
  hookLockWaitMs: 1_000,
  /** Unpacking a library of 70 MB takes about a second on a laptop; a minute allows for a slow disk and some processes in turn. */
  libraryLockWaitMs: 60_000,
  /** A native library that is verified again: today's largest has 70 MB. */
  libraryBytesMax: 512 * MIB,
  /** What is remembered of an unpacked library: six numbers as text. */
  librarySealBytesMax: 4 * KIB,
} as const;
