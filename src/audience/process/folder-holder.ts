import { readFileSync, statSync } from "node:fs";
import { errnoOf } from "../../kernel/errors.ts";

/** `1: FLOCK  ADVISORY  WRITE 4696 fe:00:10052153 0 EOF`: process, device and inode of a lock. */
const ROW = /^\d+:\s+FLOCK\s+ADVISORY\s+WRITE\s+(\d+)\s+([\da-f]+):([\da-f]+):(\d+)\s/;

/**
 * The process that holds the lock on a folder, as the system says; `undefined` where there is none, where the
 * process belongs to another container, or where the system does not say (only Linux does).
 *
 * @source proc_locks(5)
 */
export function folderHolder(path: string): number | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    // makedev(3): 12 bits of the major number and 8 of the minor number are the low bits, the others are above.
    const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
    const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const [, pid = "", majorText = "", minorText = "", inode = ""] = ROW.exec(line) ?? [];
      if (pid === "" || BigInt(inode) !== ino) continue;
      if (BigInt(`0x${majorText}`) === major && BigInt(`0x${minorText}`) === minor) return Number(pid) || undefined;
    }
    return undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
