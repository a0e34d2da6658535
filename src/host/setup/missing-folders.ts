import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";

/** The folders that are not there yet, outermost first; where a file stands in the way, writing will say so. */
export function missingFolders(folders: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; !isThere(at); at = dirname(at)) missing.add(at);
  }
  return [...missing].sort((left, right) => left.length - right.length);
}

/** A link to nothing is not a folder, and yet nothing can be made in its place. */
function isThere(path: string): boolean {
  return existsSync(path) || isLink(path);
}

/** Whether a path is a symbolic link, wherever the link leads. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
