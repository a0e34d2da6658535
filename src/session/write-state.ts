import { closeSync, constants, fsyncSync, openSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { FILE_MODE, syncFolder, writeWhole } from "../kernel/files/files.ts";
import type { SessionState } from "./state.ts";

/**
 * Replaces a session's file. The caller holds the session's lock, so the temporary file always has the same name: what a
 * killed process left there is overwritten.
 *
 * @param isRenameSynced Whether to wait until the rename is on disk. Without it, a crash of the machine leaves either the
 *   old file or the new one, each whole.
 * @throws {MasqueError} `file.unwritable`
 */
export function writeState(path: string, state: SessionState, isRenameSynced: boolean): void {
  const folder = dirname(path);
  const temporary = temporaryOf(path);
  try {
    writeSynced(temporary, `${JSON.stringify(state, null, 1)}\n`);
    renameSync(temporary, path);
    if (isRenameSynced) syncFolder(folder);
  } catch (error) {
    throw new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(error) ?? String(error)}`, {
      hint: `make "${folder}" writable for your user`,
      cause: error,
    });
  }
}

/** Where a session's file is written before it takes its place. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.tmp`);
}

function writeSynced(path: string, text: string): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, FILE_MODE);
  try {
    writeWhole(fd, Buffer.from(text));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
