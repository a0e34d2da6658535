import { dlopen, type Pointer, read } from "bun:ffi";
import type { TryFlock } from "../process/folder-lock.ts";

/**
 * `flock(2)` through `bun:ffi`: Bun offers no lock on a descriptor, and SQLite's lock needs a file, which can be removed.
 * A locked folder stays locked when the files in it are removed, and the system releases the lock when the
 * process ends.
 *
 * @source flock(2), errno(3); the numbers of Linux and macOS
 */

const LOCK_EX = 2;
const LOCK_NB = 4;

/** Of a file system that cannot lock a folder: EBADF (NFS wants it open for writing), ENOSYS, EINVAL, ENOLCK, EOPNOTSUPP. */
const UNSUPPORTED = {
  linux: new Set([9, 38, 22, 37, 95]),
  darwin: new Set([9, 78, 22, 77, 45, 102]),
} as const;

const LIBRARIES = {
  linux: ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`],
  darwin: ["libSystem.B.dylib"],
} as const;

const FLOCK = { args: ["i32", "i32"], returns: "i32" } as const;
const ERRNO = { args: [], returns: "ptr" } as const;

type Native = { flock(fd: number, operation: number): number; errno(): number };

let native: Native | undefined;

/** Locks an open folder for this process alone. An unknown error counts as taken. */
export const tryFlock: TryFlock = (fd) => {
  const { platform } = process;
  if (platform !== "linux" && platform !== "darwin") return "unsupported";
  native ??= open(platform);
  if (!native) return "unsupported";
  if (native.flock(fd, LOCK_EX | LOCK_NB) === 0) return "locked";
  const unsupported: ReadonlySet<number> = UNSUPPORTED[platform];
  return unsupported.has(native.errno()) ? "unsupported" : "taken";
};

function open(platform: "linux" | "darwin"): Native | undefined {
  for (const name of LIBRARIES[platform]) {
    try {
      if (platform === "linux") {
        const { symbols } = dlopen(name, { flock: FLOCK, __errno_location: ERRNO });
        return { flock: symbols.flock, errno: () => numberAt(symbols.__errno_location()) };
      }
      const { symbols } = dlopen(name, { flock: FLOCK, __error: ERRNO });
      return { flock: symbols.flock, errno: () => numberAt(symbols.__error()) };
    } catch (error) {
      // Another C library, or none that can be opened: the next name is tried. Without any, only the lock file is left.
      if (!(error instanceof Error)) throw error;
    }
  }
  return undefined;
}

function numberAt(address: Pointer | bigint | null): number {
  return address === null ? 0 : read.i32(Number(address) as Pointer, 0);
}
