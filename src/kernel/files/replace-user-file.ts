import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { lstatOrUndefined, makeFolder, replaceAt, unwritable } from "./files.ts";

/**
 * Replaces all bytes of one of the user's own files. A symbolic link is followed, and its target replaced. Mode and owner are kept; a
 * new file gets 0600.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function replaceUserFile(path: string, bytes: string | Uint8Array): void {
  const target = followLinks(path);
  makeFolder(dirname(target));
  replaceAt(target, bytes, { isSynced: true });
}

/** The file that a path leads to through symbolic links; a path without a file leads to itself. */
export function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw unwritable(path, error);
    return danglingTarget(path);
  }
}

function danglingTarget(path: string): string {
  const link = lstatOrUndefined(path);
  if (!link?.isSymbolicLink()) return path;
  throw new MasqueError("file.unwritable", `Cannot write "${path}": it is a link to nothing`, {
    hint: "remove the link, or create what it points to",
  });
}
