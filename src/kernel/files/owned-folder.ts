import { lstatSync, type Stats, statSync } from "node:fs";
import { release, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { errnoOf, MasqueError } from "../errors.ts";
import { shellQuoted } from "../text/shell-quoted.ts";
import { fileSystemOf, keepsModes } from "./file-system.ts";
import { isPrivateGroup } from "./private-group.ts";

/**
 * Folders that masque trusts. Their files decide what an agent reads and what is scored, so only the user may write in them. Windows
 * has neither owners nor these modes; there a folder's place under the user's profile protects it.
 */

/** What a folder is for. Masques may be read by other users, and root may use masques that another user wrote. */
export type FolderPurpose = "data" | "masques";

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const OTHERS_ENTER = 0o011;
const STICKY = 0o1000;
/** Where others may enter the data folder, the folders in it must be the user's alone too. */
const INNER_FOLDERS = ["store", "sessions", "otel", "judge", "audience", "host"];
const ROOT = 0;

/**
 * Refuses a folder of data or masques that another user could change. A folder that does not exist yet is fine.
 *
 * A link to the folder is followed when the user made it. The folder above may be writable for all only where a sticky
 * bit, as `/tmp` has it, keeps others from renaming what is in it.
 *
 * @throws {MasqueError} `folder.unsafe` with uid, mode and the command that fixes it.
 */
export function requireSafePlace(folder: string, purpose: FolderPurpose): void {
  const uid = process.getuid?.();
  if (uid === undefined) return;
  const found = look(lstatSync, folder);
  if (found?.isSymbolicLink() && found.uid !== uid && found.uid !== ROOT) {
    throw unsafe(folder, found, "it is a link that another user made", `rm ${shellQuoted(folder)}`);
  }
  const stat = found?.isSymbolicLink() ? look(statSync, folder) : found;
  if (stat && !(purpose === "masques" && uid === ROOT)) requireOwner(folder, stat, uid);
  if (stat) requireUnshared(folder, stat);
  if (stat && purpose === "data" && (stat.mode & OTHERS_ENTER) !== 0) {
    for (const inner of INNER_FOLDERS) requireOwnFolder(join(folder, inner));
  }
  const parent = dirname(folder);
  const above = purpose === "data" ? look(statSync, parent) : undefined;
  if (above && (above.mode & OTHERS_WRITE) !== 0 && (above.mode & STICKY) === 0 && !isWithoutModes(parent)) {
    throw unsafe(
      folder,
      above,
      `every user may rename it, for "${parent}" is writable for all`,
      `chmod o-w ${shellQuoted(parent)}`,
    );
  }
}

/**
 * Refuses a folder within the data folder that is a link, or that another user could change.
 *
 * @throws {MasqueError} `folder.unsafe`
 */
export function requireOwnFolder(folder: string): void {
  const uid = process.getuid?.();
  const stat = uid === undefined ? undefined : look(lstatSync, folder);
  if (uid === undefined || !stat) return;
  if (stat.isSymbolicLink())
    throw unsafe(folder, stat, "it is a link, and masque follows none here", `rm ${shellQuoted(folder)}`);
  requireOwner(folder, stat, uid);
  requireUnshared(folder, stat);
}

function requireOwner(folder: string, stat: Stats, uid: number): void {
  if (stat.uid === uid) return;
  throw unsafe(folder, stat, `it belongs to another user, and masque runs as user ${uid}`, chownCommand(folder, uid));
}

function chownCommand(folder: string, uid: number): string {
  return `${uid === ROOT ? "" : "sudo "}chown -R ${uid} ${shellQuoted(folder)}`;
}

function requireUnshared(folder: string, stat: Stats): void {
  if ((stat.mode & (OTHERS_WRITE | GROUP_WRITES)) === 0 || isWithoutModes(folder)) return;
  if ((stat.mode & OTHERS_WRITE) !== 0) {
    throw unsafe(folder, stat, "every user may write in it", `chmod go-w ${shellQuoted(folder)}`);
  }
  if (isPrivateGroup(stat.gid, { uid: process.getuid?.(), gid: process.getgid?.(), name: userName() })) return;
  throw unsafe(folder, stat, `group ${stat.gid} may write in it`, `chmod g-w ${shellQuoted(folder)}`);
}

/** A Windows drive in WSL shows every file as writable for all, and only Windows decides who may write. */
function isWithoutModes(folder: string): boolean {
  return process.platform === "linux" && /microsoft/i.test(release()) && !keepsModes(fileSystemOf(folder));
}

/** A user who is not in the system's list of users, as in a container, has no name. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function look(stat: typeof lstatSync, path: string): Stats | undefined {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch (error) {
    // The code that reads or writes there reports what is wrong.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function unsafe(folder: string, { uid, mode }: Stats, found: string, fix: string): MasqueError {
  const facts = `uid ${uid}, mode ${(mode & 0o7777).toString(8).padStart(4, "0")}`;
  return new MasqueError("folder.unsafe", `Cannot use the folder "${folder}": ${found} (${facts})`, { try: fix });
}
