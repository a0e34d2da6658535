import { existsSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../../kernel/errors.ts";

/** The folders that do not exist yet, outermost first. Where a file is in the way, writing will fail and say so. */
export function missingFolders(folders: readonly string[]): string[] {
  const missing = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; !isThere(at); at = dirname(at)) missing.add(at);
  }
  return [...missing].sort((left, right) => left.length - right.length);
}

/** A link to nothing is not a folder, but no folder can be made in its place either. */
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
