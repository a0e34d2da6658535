import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Keeps the bytes of every file in some folders. The function that it returns puts the folders back: files that came
 * since are removed, files that changed or went are written again.
 */
export function keepFiles(folders: readonly string[]): () => void {
  const kept = new Map(folders.flatMap(filesIn).map((path) => [path, readFileSync(path)] as const));
  return () => {
    for (const path of folders.flatMap(filesIn)) if (!kept.has(path)) rmSync(path);
    for (const [path, bytes] of kept) if (!holds(path, bytes)) write(path, bytes);
  };
}

function filesIn(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function holds(path: string, bytes: Buffer): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined && readFileSync(path).equals(bytes);
}

function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
