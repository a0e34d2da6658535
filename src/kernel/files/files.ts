import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { shellQuoted } from "../text/shell-quoted.ts";
import { requireOwnFolder } from "./owned-folder.ts";

/**
 * Files that outlive the process. To replace a file, a temporary file beside it is written, synced and renamed over it, and then the
 * folder is synced. So a crash at any point leaves the old bytes or the new ones.
 */

const FOLDER_MODE = 0o700;
/** With `open`, a link fails with ELOOP. Windows has no such flag. */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** The mode of masque's own files: for this user alone. */
export const FILE_MODE = 0o600;

/**
 * Makes a folder of masque's own and its missing parents, readable by this user alone.
 *
 * @throws {MasqueError} `folder.unsafe` where a link is in its place, or a folder that others may write in.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  requireOwnFolder(folder);
}

/** Makes a folder among the user's own, and its missing parents, readable by this user alone. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/**
 * The bytes of a regular file, or `undefined` where there is none. Anything else is refused, so that no command waits for a pipe
 * without a writer.
 *
 * @throws {MasqueError} what `tooLarge` makes when the file exceeds `bytesMax`; `file.unreadable` for what is not a regular file.
 * @throws System errors as they are.
 */
export function readBounded(
  path: string,
  bytesMax: number,
  tooLarge: (bytes: number) => MasqueError,
): Buffer | undefined {
  return readWith(0, path, bytesMax, tooLarge);
}

/**
 * The same for a file that is either masque's own or foreign: a link is refused.
 *
 * @throws {MasqueError} as {@link readBounded}; `file.unreadable` for a link.
 */
export function readUnlinked(
  path: string,
  bytesMax: number,
  tooLarge: (bytes: number) => MasqueError,
): Buffer | undefined {
  return readWith(NO_FOLLOW, path, bytesMax, tooLarge);
}

function readWith(
  flags: number,
  path: string,
  bytesMax: number,
  tooLarge: (bytes: number) => MasqueError,
): Buffer | undefined {
  let fd: number;
  try {
    // Windows has no O_NONBLOCK, and no pipes among its files.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags);
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (flags === NO_FOLLOW && (code === "ELOOP" || code === "EMLINK")) throw linked(path);
    throw error;
  }
  try {
    const found = fstatSync(fd);
    if (!found.isFile()) throw irregular(path);
    if (found.size > bytesMax) throw tooLarge(found.size);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function linked(path: string): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": it is a link, and masque follows none here`, {
    hint: "put the file itself in its place",
  });
}

function irregular(path: string): MasqueError {
  return new MasqueError("file.unreadable", `Cannot read "${path}": it is not a regular file`, {
    hint: "move it away, or put a file in its place",
  });
}

/**
 * Replaces all bytes of one of masque's own files. A link is refused. The mode and owner of the former file are kept; a new file gets
 * 0600.
 *
 * @throws {MasqueError} `file.unwritable`, `folder.unsafe`
 */
export function replaceFile(path: string, bytes: string | Uint8Array): void {
  makePrivateFolder(dirname(path));
  replaceAt(path, bytes, { isSynced: true });
}

/**
 * Replaces a file that can be made again from other files, without waiting for the disk. Readers never see half of it, but after a
 * crash of the machine the file may be empty or gone.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function replaceCache(path: string, bytes: string | Uint8Array): void {
  makeFolder(dirname(path));
  replaceAt(path, bytes, { isSynced: false });
}

/** Replaces a file in a folder that exists already. A link is refused. Callers outside use `replaceFile`, `replaceCache` or `replaceUserFile`. */
export function replaceAt(target: string, bytes: string | Uint8Array, { isSynced }: { isSynced: boolean }): void {
  const folder = dirname(target);
  const former = lstatOrUndefined(target);
  if (former?.isSymbolicLink()) throw linkRefused(target);
  const temporary = join(folder, `.${basename(target)}.${process.pid}.${crypto.randomUUID().slice(0, 8)}.tmp`);
  try {
    writeNew(temporary, bytes, { former, isSynced });
    renameSync(temporary, target);
    if (isSynced) syncFolder(folder);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw unwritable(target, error);
  }
}

/** How a new file is written: with the mode and owner of `former`, and synced or not. */
type NewFile = { readonly former: Stats | undefined; readonly isSynced: boolean };

/** Writes a file that does not exist yet; throws system errors as they are. */
export function writeNew(path: string, bytes: string | Uint8Array, { former, isSynced }: NewFile): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, FILE_MODE);
  try {
    writeWhole(fd, typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    if (former) fchmodSync(fd, former.mode & 0o7777);
    if (isSynced) fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  if (former && (former.uid !== process.getuid?.() || former.gid !== process.getgid?.())) keepOwner(path, former);
}

/** Only root can give a file to another user. For everyone else the new file is their own, as with every editor. */
function keepOwner(path: string, former: Stats): void {
  try {
    chownSync(path, former.uid, former.gid);
    chmodSync(path, former.mode & 0o7777);
  } catch (error) {
    if (errnoOf(error) !== "EPERM") throw error;
  }
}

/** Writes all bytes, in one write unless a disk that fills up takes only a part; then throws the error that stopped the rest. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/**
 * Makes it last that something was created, renamed or removed in a folder. On a file system that cannot open folders this does
 * nothing.
 */
export function syncFolder(folder: string): void {
  let fd: number;
  try {
    fd = openSync(folder, constants.O_RDONLY);
  } catch (error) {
    if (errnoOf(error) === "EISDIR" || errnoOf(error) === "EPERM" || errnoOf(error) === "EACCES") return;
    throw error;
  }
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function linkRefused(path: string): MasqueError {
  return new MasqueError("file.unwritable", `Cannot write "${path}": it is a link, and masque follows none here`, {
    try: `rm ${shellQuoted(path)}`,
  });
}

/**
 * `stat`, or `undefined` where there is nothing.
 *
 * @throws {MasqueError} `file.unreadable` for a path that cannot be followed: a folder that is locked, a link in a circle.
 */
export function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new MasqueError("file.unreadable", `Cannot look at "${path}": ${code ?? String(error)}`, {
      hint: "make its folders readable for your user",
      cause: error,
    });
  }
}

/** `lstat`, or `undefined` where there is nothing. */
export function lstatOrUndefined(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The failure of a write as a {@link MasqueError}; a cause that is one already is returned as it is. */
export function unwritable(path: string, cause: unknown): MasqueError {
  if (cause instanceof MasqueError) return cause;
  return new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(cause) ?? String(cause)}`, {
    hint: `make "${dirname(path)}" writable for your user`,
    cause,
  });
}
