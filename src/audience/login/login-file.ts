import { existsSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { replaceUserFile } from "../../kernel/files/replace-user-file.ts";
import { LIMITS } from "../../kernel/limits.ts";

/**
 * The one file that makes the audience start at login. It says in itself that it is ours and how many folders were made
 * to hold it, so that it can be taken out to the last of them; a file that does not say so is never touched.
 */

const SAYS = "Written by masque to start the audience at login; folders made for it: ";
const MARKER = new RegExp(`^(?:# |<!-- )${SAYS}(\\d)`, "m");
/** The deepest place is three folders below one that always exists. */
const FOLDERS_MADE_MAX = 3;

/** What stands there, when it is ours. */
export type LoginFile = { readonly text: string; readonly foldersMade: number };

/** The line by which the file is known to be ours. */
export function markerFor(foldersMade: number): string {
  return `${SAYS}${foldersMade}`;
}

/** How many of a file's folders are not there yet. */
export function foldersMissing(path: string): number {
  let missing = 0;
  for (let at = dirname(path); missing < FOLDERS_MADE_MAX && !existsSync(at); at = dirname(at)) missing += 1;
  return missing;
}

/**
 * The file as it stands; `undefined` where there is none.
 *
 * @throws {MasqueError} `audience.login-foreign` when masque did not write it.
 */
export function readLoginFile(path: string): LoginFile | undefined {
  const bytes = readBounded(path, LIMITS.loginFileBytesMax, () => foreign(path));
  if (!bytes) return undefined;
  const text = bytes.toString("utf8");
  const made = MARKER.exec(text)?.[1];
  if (made === undefined) throw foreign(path);
  return { text, foldersMade: Math.min(Number(made), FOLDERS_MADE_MAX) };
}

/** Writes it, readable by this user alone, unless it says so already. */
export function writeLoginFile(path: string, text: string, former: LoginFile | undefined): WrittenLoginFile {
  if (former?.text === text) return "unchanged";
  replaceUserFile(path, text);
  return former ? "updated" : "created";
}

/** What writing came to. */
export type WrittenLoginFile = "created" | "updated" | "unchanged";

/** Takes it out, with the link that enabling made and the folders that were made for it where nothing else is in them. */
export function removeLoginFile(path: string, link: string | null, { foldersMade }: LoginFile): void {
  if (link !== null && leadsTo(link) === path) {
    rmSync(link, { force: true });
    removeEmptyFolder(dirname(link));
  }
  rmSync(path, { force: true });
  let folder = dirname(path);
  for (let count = 0; count < foldersMade && removeEmptyFolder(folder); count++) folder = dirname(folder);
}

function leadsTo(link: string): string | undefined {
  try {
    return resolve(dirname(link), readlinkSync(link));
  } catch (error) {
    // Nothing there, or no link: either way not what enabling made.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function removeEmptyFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    // Somebody has put something into it, or it has gone.
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

function foreign(path: string): MasqueError {
  return new MasqueError("audience.login-foreign", `Cannot touch "${path}": masque did not write it`, {
    hint: "move it away, then run the command again",
  });
}
