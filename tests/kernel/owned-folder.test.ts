import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appendLineSynced } from "../../src/kernel/files/append-line.ts";
import { fileSystemOf, networkWarning, typeInMounts } from "../../src/kernel/files/file-system.ts";
import { makePrivateFolder, readUnlinked, replaceFile } from "../../src/kernel/files/files.ts";
import { withLock } from "../../src/kernel/files/lock.ts";
import { requireOwnFolder, requireSafePlace } from "../../src/kernel/files/owned-folder.ts";
import { isPrivateGroup } from "../../src/kernel/files/private-group.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const hasOwners = process.getuid !== undefined;
const isRoot = process.getuid?.() === 0;
const OTHER = 4242;

function folderWith(mode: number) {
  const folder = temporaryFolder();
  const data = join(folder.path, "data");
  mkdirSync(data);
  chmodSync(data, mode);
  return { ...folder, data };
}

test.skipIf(!hasOwners).each([
  [0o700, "data"],
  [0o755, "data"],
  [0o755, "masques"],
  [0o1700, "data"],
] as const)("requireSafePlace() takes a folder of mode %o for %s", (mode, purpose) => {
  using folder = folderWith(mode);
  expect(() => requireSafePlace(folder.data, purpose)).not.toThrow();
});

test.skipIf(!hasOwners).each([
  [0o777, "data", "every user may write in it (uid", "mode 0777)"],
  [0o702, "data", "every user may write in it (uid", "mode 0702)"],
  [0o1777, "data", "every user may write in it (uid", "mode 1777)"],
  [0o757, "masques", "every user may write in it (uid", "mode 0757)"],
] as const)(
  "requireSafePlace() refuses a folder of mode %o for %s, with uid, mode and the command",
  (mode, purpose, found, shown) => {
    using folder = folderWith(mode);
    const refused = failureOf(() => requireSafePlace(folder.data, purpose));
    expect(refused.message).toContain(found);
    expect(refused.message).toContain(shown);
    expect(refused).toMatchObject({ code: "folder.unsafe", try: `chmod go-w '${folder.data}'`, exit: 1 });
  },
);

test.skipIf(!hasOwners)(
  "requireSafePlace() takes a folder that is not there, and a link of the user's own to a safe one",
  () => {
    using folder = folderWith(0o700);
    expect(() => requireSafePlace(join(folder.path, "none"), "data")).not.toThrow();
    symlinkSync(folder.data, join(folder.path, "link"));
    expect(() => requireSafePlace(join(folder.path, "link"), "data")).not.toThrow();
    chmodSync(folder.data, 0o777);
    expect(() => requireSafePlace(join(folder.path, "link"), "data")).toThrow("every user may write in it");
  },
);

test.skipIf(!hasOwners)(
  "requireSafePlace() refuses a folder that others may rename, and takes one below a sticky folder",
  () => {
    using folder = folderWith(0o700);
    chmodSync(folder.path, 0o777);
    expect(() => requireSafePlace(folder.data, "data")).toThrow("every user may rename it");
    expect(() => requireSafePlace(join(folder.path, "not-yet"), "data")).toThrow("every user may rename it");
    expect(() => requireSafePlace(folder.data, "masques")).not.toThrow();
    chmodSync(folder.path, 0o1777);
    expect(() => requireSafePlace(folder.data, "data")).not.toThrow();
  },
);

test.skipIf(!isRoot)("requireSafePlace() refuses another user's folder, and a link that another user made", () => {
  using folder = folderWith(0o700);
  chownSync(folder.data, OTHER, OTHER);
  const refused = failureOf(() => requireSafePlace(folder.data, "data"));
  expect(refused.message).toContain(`it belongs to another user, and masque runs as user 0 (uid ${OTHER}, mode 0700)`);
  expect(refused.try).toBe(`chown -R 0 '${folder.data}'`);
  chownSync(folder.data, 0, 0);
  const link = join(folder.path, "link");
  symlinkSync(folder.data, link);
  Bun.spawnSync(["chown", "-h", String(OTHER), link]);
  expect(() => requireSafePlace(link, "data")).toThrow("a link that another user made");
});

test.skipIf(!isRoot)(
  "requireSafePlace() refuses a folder that a group of others may write in, and takes the user's own group's",
  () => {
    using folder = folderWith(0o770);
    expect(() => requireSafePlace(folder.data, "data")).not.toThrow();
    chownSync(folder.data, 0, OTHER);
    chmodSync(folder.data, 0o770);
    const refused = failureOf(() => requireSafePlace(folder.data, "data"));
    expect(refused).toMatchObject({ try: `chmod g-w '${folder.data}'` });
    expect(refused.message).toContain(`group ${OTHER} may write in it`);
  },
);

test.each([
  ["the user's own id", 1000, { uid: 1000, gid: 1000, name: "ann" }, "ann:x:1000:\n", true],
  ["no entry, as in a container", 1000, { uid: 1000, gid: 1000, name: undefined }, "root:x:0:\n", true],
  ["another id but the user's name", 1005, { uid: 1000, gid: 1005, name: "ann" }, "ann:x:1005:\n", true],
  ["only the user as a member", 1000, { uid: 1000, gid: 1000, name: "ann" }, "ann:x:1000:ann\n", true],
  ["another member", 1000, { uid: 1000, gid: 1000, name: "ann" }, "ann:x:1000:ann,bob\n", false],
  ["a group that many share", 100, { uid: 1000, gid: 100, name: "ann" }, "users:x:100:\n", false],
  ["macOS's staff", 20, { uid: 501, gid: 20, name: "ann" }, "staff:*:20:root\n", false],
  ["a second group of the user's", 27, { uid: 1000, gid: 1000, name: "ann" }, "sudo:x:27:ann\n", false],
  ["no entry and another id", 50, { uid: 1000, gid: 50, name: "ann" }, "", false],
])("isPrivateGroup() with %s", (_what, gid, me, list, isPrivate) => {
  expect(isPrivateGroup(gid, me, list)).toBe(isPrivate);
});

test.skipIf(!hasOwners)(
  "no link in a folder of ours is written through, read through, locked or used as a folder",
  async () => {
    using folder = folderWith(0o700);
    const outside = join(folder.path, "bashrc");
    writeFileSync(outside, "as it was\n");
    const link = join(folder.data, "masque.jsonl");
    symlinkSync(outside, link);
    expect(failureOf(() => appendLineSynced(link, "{}")).message).toContain("it is a link");
    expect(failureOf(() => replaceFile(link, "x")).message).toContain("it is a link");
    expect(failureOf(() => readUnlinked(link, 100, () => new Error() as never)).message).toContain("it is a link");
    await expect(withLock(link, 100, () => undefined)).rejects.toThrow("Cannot open the lock");
    const dangling = join(folder.data, "lock");
    symlinkSync(join(folder.path, "made"), dangling);
    await expect(withLock(dangling, 100, () => undefined)).rejects.toThrow("Cannot open the lock");
    mkdirSync(join(folder.path, "elsewhere"));
    symlinkSync(join(folder.path, "elsewhere"), join(folder.data, "otel"));
    expect(() => makePrivateFolder(join(folder.data, "otel"))).toThrow("it is a link");
    expect(() => appendLineSynced(join(folder.data, "otel", "x.jsonl"), "{}")).toThrow("it is a link");
    expect(readFileSync(outside, "utf8")).toBe("as it was\n");
    expect(() => readFileSync(join(folder.path, "made"))).toThrow("ENOENT");
  },
);

test.skipIf(!hasOwners)("requireOwnFolder() refuses a folder within that others may write in", () => {
  using folder = folderWith(0o777);
  expect(() => requireOwnFolder(folder.data)).toThrow("every user may write in it");
});

test.skipIf(!hasOwners)("requireSafePlace() looks into a data folder that others may enter", () => {
  using folder = folderWith(0o755);
  const sessions = join(folder.data, "sessions");
  mkdirSync(sessions);
  chmodSync(sessions, 0o777);
  expect(() => requireSafePlace(folder.data, "data")).toThrow(`"${sessions}": every user may write in it`);
  chmodSync(folder.data, 0o700);
  expect(() => requireSafePlace(folder.data, "data")).not.toThrow();
});

test("typeInMounts() finds the last and longest mount over a path", () => {
  const mounts = [
    "22 1 8:1 / / rw - ext4 /dev/sda1 rw",
    "40 22 0:40 / /home/ann/my\\040files rw shared:1 - fuse.sshfs host: rw",
    "41 22 0:41 / /mnt rw - fuse.rclone x rw",
    "42 22 0:42 / /mnt rw - fuseblk /dev/sdb rw",
  ].join("\n");
  expect(typeInMounts("/home/ann/my files/x", mounts)).toBe("fuse.sshfs");
  expect(typeInMounts("/home/ann/my filesystem", mounts)).toBe("ext4");
  expect(typeInMounts("/mnt", mounts)).toBe("fuseblk");
  expect(typeInMounts("/x", "")).toBe("");
});

test("networkWarning() has nothing to say of a disk of this machine", () => {
  using folder = temporaryFolder();
  expect(fileSystemOf(join(folder.path, "not", "yet"))).not.toMatch(/NFS|9p|sshfs/);
  expect(networkWarning(folder.path)).toBeUndefined();
});

function failureOf(act: () => unknown): { message: string; try: string; code: string } {
  try {
    act();
  } catch (error) {
    return error as { message: string; try: string; code: string };
  }
  throw new Error("It was not refused");
}
