import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";

/** Every file, folder and link under `folder`, by relative path: its kind, its mode, and its bytes or target. */
export function treeOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [relative(folder, path), describe(path)]));
}

function describe(path: string): string {
  const { mode } = lstatSync(path);
  const shown = (mode & 0o7777).toString(8);
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (stat.isDirectory()) return `folder ${shown}`;
  return stat.isFile() ? `file ${shown} ${readFileSync(path, "base64")}` : `neither file nor folder ${shown}`;
}

/** The paths at which two trees differ, one of them having it and the other not included. */
export function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
