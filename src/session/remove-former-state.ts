import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, MasqueError } from "../kernel/errors.ts";
import { readUnlinked, syncFolder } from "../kernel/files/files.ts";
import { replaceUnchanged } from "../kernel/files/replace-unchanged.ts";
import { LIMITS } from "../kernel/limits.ts";
import { formerStatePaths } from "./former-state.ts";

/** The line by which masque 0.1 kept its file from git. */
const PATTERN = "**/.claude/masque.session.*";

/**
 * Removes what masque 0.1 left in a project, once all of it was taken over: its file, its lock, and its line in
 * `.git/info/exclude`. No link is followed, a `.git` that is a file is left alone, and only regular files are opened.
 */
export function removeFormerState(project: string): void {
  const { state, lock } = formerStatePaths(project);
  for (const path of [state, lock]) if (isFile(path)) rmSync(path, { force: true });
  syncFolder(join(project, ".claude"));
  const others = readdirSync(join(project, ".claude")).filter((name) => name.startsWith("masque.session."));
  if (others.length === 0) removePattern(project);
}

function removePattern(project: string): void {
  const folders = [join(project, ".git"), join(project, ".git", "info")];
  const exclude = join(project, ".git", "info", "exclude");
  if (!folders.every(isFolder) || !isFile(exclude)) return;
  const before = textOf(exclude);
  const after = before?.replace(new RegExp(`^${RegExp.escape(PATTERN)}\\r?\\n`, "m"), "");
  if (before === undefined || after === undefined || after === before) return;
  const isUnchanged = () => folders.every(isFolder) && isFile(exclude) && textOf(exclude) === before;
  replaceUnchanged(exclude, Buffer.from(after, "latin1"), { isNew: false, isUnchanged });
}

/** Each byte as one character, so that whatever the file holds is written back as it was. */
function textOf(path: string): string | undefined {
  const tooLarge = (bytes: number) => new MasqueError("file.unreadable", `"${path}" is ${bytes} bytes long`);
  return readUnlinked(path, LIMITS.gitExcludeBytesMax, tooLarge)?.toString("latin1");
}

function isFolder(path: string): boolean {
  return kindOf(path) === "folder";
}

function isFile(path: string): boolean {
  return kindOf(path) === "file";
}

function kindOf(path: string): "folder" | "file" | "other" {
  try {
    const found = lstatSync(path);
    return found.isDirectory() ? "folder" : found.isFile() ? "file" : "other";
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return "other";
  }
}
