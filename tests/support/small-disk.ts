import { mkdirSync, rmSync } from "node:fs";
import { program, type Requirement } from "./requirement.ts";
import { temporaryFolder } from "./temp-folder.ts";

/** A file system of a test's own, small enough to be filled. */
export type SmallDisk = {
  readonly path: string;
  /** Makes it read-only, or writable again. Refused by the kernel while a file is open for writing. */
  remount(mode: "ro" | "rw"): void;
  [Symbol.dispose](): void;
};

/** Leave to mount: root's, and not in every container. */
export function mounting(): Requirement {
  const { name, isMet } = program("mount", "util-linux");
  if (!isMet) return { name, isMet };
  using folder = temporaryFolder();
  const isMounted =
    Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "masque-test", folder.path]).exitCode === 0;
  if (isMounted) Bun.spawnSync(["umount", folder.path]);
  return { name: "leave to mount a file system (root)", isMet: isMounted };
}

/** Mounts an empty one at `path`; gone when the scope ends. */
export function smallDisk(path: string, bytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  mount("-t", "tmpfs", "-o", `size=${bytes},mode=0700`, "masque-test", path);
  return {
    path,
    remount: (mode) => mount("-o", `remount,${mode}`, path),
    [Symbol.dispose]() {
      Bun.spawnSync(["umount", "--lazy", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Mounts an empty file system that knows no time of birth of its files; gone when the scope ends. */
export function ramDisk(path: string): Disposable {
  mkdirSync(path, { recursive: true });
  mount("-t", "ramfs", "-o", "mode=0700", "masque-test", path);
  return {
    [Symbol.dispose]() {
      Bun.spawnSync(["umount", "--lazy", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function mount(...args: readonly string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["mount", ...args]);
  if (exitCode !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr.toString()}`);
}
