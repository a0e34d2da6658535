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
 * Files that outlive the process. Replacing is: a temporary sibling, written, synced, renamed over the target, and the
 * folder synced, so a crash at any line leaves the old bytes or the new ones.
 */

const FOLDER_MODE = 0o700;
/** With `open`, a link fails with ELOOP. Windows has no such flag. */
export const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Of a file of ours: for this user alone. */
export const FILE_MODE = 0o600;

/**
 * Makes a folder of ours and its missing parents, readable by this user alone.
 *
 * @throws {MasqueError} `folder.unsafe` where what is there is a link, or a folder that others may write in.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  requireOwnFolder(folder);
}

/** Makes a folder where the user keeps files, and its missing parents, readable by this user alone. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/**
 * The bytes of a regular file, or `undefined` when there is nothing. Anything else, such as a pipe that nobody writes
 * to, is refused rather than waited for.
 *
 * @throws {MasqueError} `tooLarge` built by the caller when the file exceeds `bytesMax`; `file.unreadable` for what is
 *   no regular file; system errors as they are.
 */
export function readBounded(
  path: string,
  bytesMax: number,
  tooLarge: (bytes: number) => MasqueError,
): Buffer | undefined {
  return readWith(0, path, bytesMax, tooLarge);
}

/**
 * The same for a file that only masque, or a stranger, can have put there: a link is refused.
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
    // Windows knows no O_NONBLOCK and has no pipes among its files.
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
  return new MasqueError("file.unreadable", `Cannot read "${path}": it is no regular file`, {
    hint: "move it away, or put a file in its place",
  });
}

/**
 * Replaces the bytes of a file of ours whole. A link is refused. Mode and owner of what was there are kept, a new file
 * gets 0600.
 *
 * @throws {MasqueError} `file.unwritable`, `folder.unsafe`
 */
export function replaceFile(path: string, bytes: string | Uint8Array): void {
  makePrivateFolder(dirname(path));
  replaceAt(path, bytes, { isSynced: true });
}

/**
 * Replaces a file that can be made again from others, without waiting for the disk: readers never see half of it, but
 * after a crash of the machine it may be empty or gone.
 *
 * @throws {MasqueError} `file.unwritable`
 */
export function replaceCache(path: string, bytes: string | Uint8Array): void {
  makeFolder(dirname(path));
  replaceAt(path, bytes, { isSynced: false });
}

/** Replaces a file in a folder that is there already. A link is refused. Use `replaceFile`, `replaceCache` or `replaceUserFile`. */
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

/** Writes a file that is not there yet; system errors as they are. */
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

/** Only root can give a file away; anyone else keeps their own, as every editor does. */
function keepOwner(path: string, former: Stats): void {
  try {
    chownSync(path, former.uid, former.gid);
    chmodSync(path, former.mode & 0o7777);
  } catch (error) {
    if (errnoOf(error) !== "EPERM") throw error;
  }
}

/** Writes all of it, in one write unless a disk that fills up takes a part; what keeps the rest is then thrown. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
}

/**
 * Makes what was created, renamed or removed in a folder durable. Not every file system lets a folder be opened; there
 * the change itself is all there is.
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
 * `stat`, or `undefined` where nothing is.
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

/** `lstat`, or `undefined` where nothing is. */
export function lstatOrUndefined(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The failure of a write; one that is a {@link MasqueError} already stays. */
export function unwritable(path: string, cause: unknown): MasqueError {
  if (cause instanceof MasqueError) return cause;
  return new MasqueError("file.unwritable", `Cannot write "${path}": ${errnoOf(cause) ?? String(cause)}`, {
    hint: `make "${dirname(path)}" writable for your user`,
    cause,
  });
}
