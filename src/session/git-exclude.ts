import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errnoOf } from "../kernel/errors.ts";

/** The session file, its lock and what was set aside, wherever in the repository the project lies. */
const PATTERN = "**/.claude/masque.session.*";

/**
 * Adds the session file to the repository's own `.git/info/exclude`, so that `git status` stays as it was and no
 * `.gitignore` of the team's is touched. Outside a repository, and in one that cannot be read or written for whatever
 * reason of the system's, nothing happens: wearing a masque must not depend on it.
 */
export function excludeFromGit(project: string): void {
  try {
    const gitFolder = findGitFolder(project);
    if (gitFolder) addPattern(join(gitFolder, "info", "exclude"));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

function addPattern(path: string): void {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (text.split(/\r?\n/).includes(PATTERN)) return;
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${text === "" || text.endsWith("\n") ? "" : "\n"}${PATTERN}\n`);
}

/** The folder that holds `info/exclude`: a worktree's `.git` is a file that leads to it. */
function findGitFolder(project: string): string | undefined {
  for (let folder = resolve(project); ; folder = dirname(folder)) {
    const candidate = join(folder, ".git");
    const found = statSync(candidate, { throwIfNoEntry: false });
    if (found?.isDirectory()) return candidate;
    if (found?.isFile()) return commonFolder(candidate);
    if (dirname(folder) === folder) return undefined;
  }
}

/** https://git-scm.com/docs/gitrepository-layout: `gitdir: <path>`, and `commondir` beneath it. */
function commonFolder(gitFile: string): string | undefined {
  const target = /^gitdir: (.+)$/m.exec(readFileSync(gitFile, "utf8"))?.[1];
  if (!target) return undefined;
  const worktree = resolve(dirname(gitFile), target.trim());
  // Of a checkout that was moved or mounted elsewhere: nothing is made where its repository once was.
  if (!existsSync(worktree)) return undefined;
  const common = join(worktree, "commondir");
  return existsSync(common) ? resolve(worktree, readFileSync(common, "utf8").trim()) : worktree;
}
