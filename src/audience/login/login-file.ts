import { existsSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { readBounded } from "../../kernel/files/files.ts";
import { replaceUserFile } from "../../kernel/files/replace-user-file.ts";
import { LIMITS } from "../../kernel/limits.ts";

/**
 * The one file that makes the audience start at login. A line in it says that masque wrote it and how many folders masque
 * made for it, so that file and folders can be removed. A file without that line is never touched.
 */

const SAYS = "Written by masque to start the audience at login; folders made for it: ";
const MARKER = new RegExp(`^(?:# |<!-- )${SAYS}(\\d)`, "m");
/** The file is at most three folders below one that always exists. */
const FOLDERS_MADE_MAX = 3;

/** A file that masque wrote. */
export type LoginFile = { readonly text: string; readonly foldersMade: number };

/** The line that says that masque wrote the file. */
export function markerFor(foldersMade: number): string {
  return `${SAYS}${foldersMade}`;
}

/** How many of the file's folders do not exist yet. */
export function foldersMissing(path: string): number {
  let missing = 0;
  for (let at = dirname(path); missing < FOLDERS_MADE_MAX && !existsSync(at); at = dirname(at)) missing += 1;
  return missing;
}

/**
 * Reads the file; `undefined` where there is none.
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

/** Writes the file, readable by this user alone, unless it has that text already. */
export function writeLoginFile(path: string, text: string, former: LoginFile | undefined): WrittenLoginFile {
  if (former?.text === text) return "unchanged";
  replaceUserFile(path, text);
  return former ? "updated" : "created";
}

/** What writing did. */
export type WrittenLoginFile = "created" | "updated" | "unchanged";

/** Removes the file, the link that enabling made, and the folders that masque made for it if they are empty. */
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
    // It does not exist or is not a link, so enabling did not make it.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function removeEmptyFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    // It is not empty, or gone.
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

function foreign(path: string): MasqueError {
  return new MasqueError("audience.login-foreign", `Cannot change "${path}": masque did not write it`, {
    hint: "move it away, then run the command again",
  });
}
