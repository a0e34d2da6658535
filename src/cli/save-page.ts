import { dirname, resolve } from "node:path";
import { createFile } from "../kernel/create-file.ts";
import { MasqueError } from "../kernel/errors.ts";
import { readBounded, statOrUndefined } from "../kernel/files.ts";
import { LIMITS } from "../kernel/limits.ts";
import { replaceUserFile } from "../kernel/replace-user-file.ts";
import { removeStaleTemporaries } from "../kernel/stale-temporaries.ts";
import { GENERATOR } from "./performance-page.ts";

/** A generator stands among the first lines of a page. */
const HEAD_BYTES = 4096;

/**
 * Writes a page where nothing stands, or over an older page of ours; never over anything else.
 *
 * @param path As given, relative to `cwd`; missing folders are made.
 * @returns The page's whole path.
 * @throws {MasqueError} `file.exists`, `file.unreadable`, `file.unwritable`
 */
export function savePage(path: string, page: string, cwd: string): string {
  const full = resolve(cwd, path);
  if (path.endsWith("/") || statOrUndefined(full)?.isDirectory()) {
    throw new MasqueError("file.exists", `Cannot write a page to "${path}": it is a folder`, {
      hint: `name a file in it: --html=${path.replace(/\/*$/, "/")}page.html`,
    });
  }
  if (createFile(full, page)) return full;
  const head = readBounded(full, LIMITS.pageBytesMax, () => foreign(full))?.subarray(0, HEAD_BYTES);
  if (!head?.includes(GENERATOR)) throw foreign(full);
  replaceUserFile(full, page);
  removeStaleTemporaries(dirname(full));
  return full;
}

function foreign(path: string): MasqueError {
  return new MasqueError("file.exists", `Cannot write a page to "${path}": what stands there is no page of masque's`, {
    hint: "name another file behind --html, or move that one away",
  });
}
