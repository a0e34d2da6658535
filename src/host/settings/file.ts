import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { errnoOf, MasqueError } from "../../kernel/errors.ts";
import { replaceUnchanged } from "../../kernel/files/replace-unchanged.ts";
import { followLinks } from "../../kernel/files/replace-user-file.ts";
import { LIMITS } from "../../kernel/limits.ts";

/**
 * Settings files on disk, as text that loses nothing: a byte order mark and line ends come back as they were. A file is
 * found with its identity, and written only while the identity is the same.
 */

/**
 * Whose ground a file is on. In a project, which may be an opened repository, no link is followed below the project's
 * real path. Among the user's own files a link is followed to a file that belongs to the user, in a folder that does.
 */
export type FileGround = { readonly project: string } | "user";

/** A file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** `null` where there is no file. */
  readonly text: string | null;
  /** Where the bytes are: `path`, after the links that may be followed. */
  readonly target: string;
  readonly ground: FileGround;
  /** Device, inode, size and time of change, as one text. */
  readonly identity: string | null;
};

/**
 * Finds a file on its ground. Nothing but a regular file is opened.
 *
 * @throws {MasqueError} `host.settings-invalid`: too large, or not UTF-8, so an edit could not keep its bytes;
 *   `file.unreadable`: a link that is not followed, not a regular file, or not readable for the user.
 */
export function findFile(path: string, ground: FileGround): FoundFile {
  try {
    const target = ground === "user" ? userTarget(path) : projectTarget(path, ground.project);
    const found = lstatSync(target, { throwIfNoEntry: false });
    return { path, target, ground, ...(found ? readRegular(path, target, found, NO_LINK) : NOTHING) };
  } catch (error) {
    if (error instanceof MasqueError) throw error;
    throw unreadable(path, errnoOf(error) ?? String(error), "make it a file that your user can read", error);
  }
}

/** The text of a settings file that is only read, wherever links lead; `null` where there is none. Throws as {@link findFile}. */
export function readSettingsFile(path: string): string | null {
  try {
    return readRegular(path, path, statSync(path)).text;
  } catch (error) {
    if (error instanceof MasqueError) throw error;
    if (isAbsent(error)) return null;
    throw unreadable(path, errnoOf(error) ?? String(error), "make it a file that your user can read", error);
  }
}

/**
 * Writes `text` into a file that was found, or deletes the file for `null`. Answers `false`, and leaves the file alone, when
 * the file has changed since it was found. Where a link was followed, its target is written, and becomes `{}` instead of being
 * deleted.
 *
 * @throws {MasqueError} `file.unwritable`; and as {@link findFile}.
 */
export function writeFound(found: FoundFile, text: string | null): boolean {
  if (text === found.text) return true;
  const isUnchanged = () => isSame(found, findFile(found.path, found.ground));
  // Before anything is written beside the file: its folder may have become a link.
  if (!isUnchanged()) return false;
  const isLink = lstatSync(found.path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return replaceUnchanged(found.target, text === null && isLink ? "{}\n" : text, {
    isNew: found.text === null,
    isUnchanged,
  });
}

function isSame(one: FoundFile, other: FoundFile): boolean {
  return one.target === other.target && one.identity === other.identity && one.text === other.text;
}

const NOTHING = { text: null, identity: null };
/** Windows has neither flag, and no pipes among its files. */
const NO_LINK = constants.O_NOFOLLOW ?? 0;
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** Only a regular file is opened: opening a pipe or a device may wait, or do something. */
function readRegular(path: string, target: string, before: Stats, flags = 0): Pick<FoundFile, "text" | "identity"> {
  if (!before.isFile()) throw unreadable(path, "it is not a regular file", "move it away, or put a file in its place");
  const fd = openSync(target, constants.O_RDONLY | NO_WAIT | flags);
  try {
    const { dev, ino, size, mtimeNs } = fstatSync(fd, { bigint: true });
    if (size > LIMITS.settingsFileBytesMax) throw invalid(path, `it has ${size} bytes`);
    const text = textOf(path, readFileSync(fd));
    return { text, identity: `${dev}:${ino}:${size}:${mtimeNs}` };
  } finally {
    closeSync(fd);
  }
}

function textOf(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalid(path, "it is not UTF-8", error);
  }
}

/** The project's real path, and below it no link at all. */
function projectTarget(path: string, project: string): string {
  let at = realOrMissing(project);
  for (const name of relative(project, path).split(sep)) {
    at = join(at, name);
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw unreadable(path, `"${at}" is a link, and masque follows none in a project`, "put a file in its place");
    }
  }
  return at;
}

/** A file of the user's own, through links; where there is none, the place for one. */
function userTarget(path: string): string {
  const target = followLinks(join(realOrMissing(dirname(path)), basename(path)));
  if (target !== path) for (const one of [target, dirname(target)]) refuseForeign(path, one);
  return target;
}

/** The real path of a folder, or of the part of it that is there. */
function realOrMissing(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    return join(realOrMissing(dirname(folder)), basename(folder));
  }
}

function refuseForeign(path: string, target: string): void {
  const found = statSync(target, { throwIfNoEntry: false });
  const uid = process.getuid?.();
  if (!found || uid === undefined || found.uid === uid) return;
  const reason = `it leads to "${target}", which belongs to user ${found.uid}`;
  throw unreadable(path, reason, "replace the link by a file of yours");
}

function isAbsent(error: unknown): boolean {
  return errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR";
}

function unreadable(path: string, found: string, hint: string, cause?: unknown): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": ${found}`, { hint, cause });
}

function invalid(path: string, found: string, cause?: unknown): MasqueError {
  return new MasqueError("host.settings-invalid", `Cannot edit "${path}": ${found}`, {
    hint: "fix the file by hand; masque did not change it",
    cause,
  });
}
