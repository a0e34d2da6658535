import { readFileSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { errnoOf } from "../errors.ts";

/**
 * What kind of file system a folder is on. Asked by `doctor` and `audience start`, and where modes look wrong; Linux only.
 *
 * @source statfs(2), the list of magic numbers; mountinfo in proc(5).
 */

const BY_MAGIC: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x01021997, "9p"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x53464846, "drvfs"],
  [0x4d44, "FAT"],
  [0x2011bab0, "exFAT"],
  [0x65735546, "FUSE"],
]);

const NETWORK: ReadonlySet<string> = new Set(["NFS", "SMB", "CIFS", "9p", "AFS", "Ceph", "Lustre", "GPFS"]);
const NETWORK_FUSE =
  /^fuse\.(?:sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|curlftpfs|ceph|beegfs|juicefs|mountpoint-s3)$/;
const WITHOUT_MODES: ReadonlySet<string> = new Set(["9p", "drvfs", "FAT", "exFAT"]);

/** The file system of a folder, or of the nearest folder above it that exists: `NFS`, `fuse.sshfs`; "" for any other. */
export function fileSystemOf(folder: string): string {
  if (process.platform !== "linux") return "";
  const name = BY_MAGIC.get(magicOf(folder)) ?? "";
  return name === "FUSE" ? typeOfMount(folder) : name;
}

/** The warning about a data folder that is not on a disk of this machine; `undefined` where there is nothing to warn of. */
export function networkWarning(folder: string): { readonly found: string; readonly fix: string } | undefined {
  const fileSystem = fileSystemOf(folder);
  if (!isNetwork(fileSystem)) return undefined;
  return {
    found: `"${folder}" is on a network file system (${fileSystem}), where locks and syncs may not hold`,
    fix: "set MASQUE_DATA_DIR to a folder on a disk of this machine",
  };
}

/** Whether a file system is on another machine or belongs to another system: locks and syncs may not hold there. */
function isNetwork(fileSystem: string): boolean {
  return NETWORK.has(fileSystem) || NETWORK_FUSE.test(fileSystem);
}

/** Whether a file's mode says who may write to the file. */
export function keepsModes(fileSystem: string): boolean {
  return !WITHOUT_MODES.has(fileSystem);
}

function magicOf(folder: string): number {
  for (let path = folder; ; path = dirname(path)) {
    try {
      return statfsSync(path).type >>> 0;
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      if (dirname(path) === path) return 0;
    }
  }
}

/** The type of the mount that holds a folder, such as `fuse.sshfs`. */
function typeOfMount(folder: string): string {
  return typeInMounts(folder, readFileSync("/proc/self/mountinfo", "utf8"));
}

/** The type of the last mount over a path, in the text of `/proc/self/mountinfo`; "" where there is none. */
export function typeInMounts(path: string, mounts: string): string {
  let found = { length: -1, type: "" };
  for (const line of mounts.split("\n")) {
    const point = line
      .split(" ")[4]
      ?.replace(/\\(\d{3})/g, (_all, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    if (point === undefined || point.length < found.length) continue;
    if (path !== point && !path.startsWith(point === "/" ? "/" : `${point}/`)) continue;
    found = { length: point.length, type: line.split(" - ")[1]?.split(" ")[0] ?? "" };
  }
  return found.type;
}
