import { dirname, resolve } from "node:path";
import { MasqueError } from "../../kernel/errors.ts";
import { createFile } from "../../kernel/files/create-file.ts";
import { readBounded, statOrUndefined } from "../../kernel/files/files.ts";
import { replaceUserFile } from "../../kernel/files/replace-user-file.ts";
import { removeStaleTemporaries } from "../../kernel/files/stale-temporaries.ts";
import { LIMITS } from "../../kernel/limits.ts";

/** The line by which a page of masque's is known is among the first lines of the page. */
const HEAD_BYTES = 4096;

/**
 * Writes a page as a new file, or over an older page of masque's; never over any other file.
 *
 * @param path As given, relative to `cwd`; missing folders are made.
 * @param page Its text, and the line by which a page of ours is known.
 * @returns The page's whole path.
 * @throws {MasqueError} `file.exists`, `file.unreadable`, `file.unwritable`
 */
export function savePage(path: string, page: { readonly text: string; readonly mark: string }, cwd: string): string {
  const full = resolve(cwd, path);
  if (path.endsWith("/") || statOrUndefined(full)?.isDirectory()) {
    throw new MasqueError("file.exists", `Cannot write a page to "${path}": it is a folder`, {
      hint: `name a file in it: --html=${path.replace(/\/*$/, "/")}page.html`,
    });
  }
  if (createFile(full, page.text)) return full;
  const head = readBounded(full, LIMITS.pageBytesMax, () => foreign(full))?.subarray(0, HEAD_BYTES);
  if (!head?.includes(page.mark)) throw foreign(full);
  replaceUserFile(full, page.text);
  removeStaleTemporaries(dirname(full));
  return full;
}

function foreign(path: string): MasqueError {
  return new MasqueError(
    "file.exists",
    `Cannot write a page to "${path}": the file that is there is not a page of masque's`,
    {
      hint: "name another file after --html, or move that file away",
    },
  );
}
