import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryLock, withLock } from "../../src/kernel/files/lock.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const WAIT_MS = 10_000;

/** Another process that holds the lock, once it says that it does. */
async function holder(path: string) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "hold-lock.ts"), path], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await child.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("held\n");
  return child;
}

test("withLock() runs one at a time and answers what the critical section does", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "made", "for", "it.lock");
  let inside = 0;
  const run = (n: number) =>
    withLock(path, WAIT_MS, async () => {
      expect(++inside).toBe(1);
      await Bun.sleep(1);
      inside--;
      return n;
    });
  expect(await Promise.all([run(1), run(2), run(3)])).toEqual([1, 2, 3]);
});

test("withLock() lets go when the critical section throws", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  const failing = withLock(path, WAIT_MS, () => {
    throw new RangeError("inside");
  });
  await expect(failing).rejects.toThrow("inside");
  expect(await withLock(path, 0, () => "free")).toBe("free");
});

test("withLock() waits no longer than it was asked to, for another process", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  const other = await holder(path);
  const waiting = withLock(path, 50, () => "never");
  await expect(waiting).rejects.toMatchObject({ code: "lock.timeout", message: expect.stringContaining("50 ms") });
  expect(tryLock(path)).toBeUndefined();
  other.stdin.end();
  expect(await other.exited).toBe(0);
  expect(await withLock(path, 0, () => "free")).toBe("free");
});

test("withLock() is free at once when its holder is killed", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  const other = await holder(path);
  other.kill("SIGKILL");
  await other.exited;
  expect(await withLock(path, 0, () => "free")).toBe("free");
});

test("withLock() loses no change of several processes", async () => {
  using folder = temporaryFolder();
  const [lock, file] = [join(folder.path, "a.lock"), join(folder.path, "count")];
  writeFileSync(file, "0");
  const script = join(import.meta.dir, "count-locked.ts");
  const children = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, script, lock, file, "25"], { stderr: "inherit" }),
  );
  expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0, 0, 0]);
  expect(readFileSync(file, "utf8")).toBe("100");
});

test("withLock() never writes to the lock file, and leaves nothing beside it", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  await withLock(path, WAIT_MS, () => undefined);
  expect(statSync(path).size).toBe(0);
  expect(existsSync(`${path}-journal`)).toBe(false);
});

test("withLock() says what is wrong with a lock that cannot be made", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "a.lock"));
  const inTheWay = withLock(join(folder.path, "a.lock"), 0, () => "never");
  await expect(inTheWay).rejects.toMatchObject({ code: "file.unwritable" });
  writeFileSync(join(folder.path, "foreign"), "this is no SQLite file, and it is not empty either, so it is not ours");
  const foreign = withLock(join(folder.path, "foreign"), 0, () => "never");
  await expect(foreign).rejects.toMatchObject({ code: "file.unwritable" });
});

test("tryLock() holds until it is released", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  const held = tryLock(path);
  expect(held).toBeDefined();
  expect(tryLock(path)).toBeUndefined();
  held?.release();
  const again = tryLock(path);
  expect(again).toBeDefined();
  again?.release();
});

test("withLock() whose file its holder removes runs one at a time all the same, and leaves no file", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  let inside = 0;
  const run = () =>
    withLock(path, WAIT_MS, async () => {
      expect(++inside).toBe(1);
      await Bun.sleep(1);
      inside--;
      rmSync(path);
    });
  await Promise.all(Array.from({ length: 8 }, run));
  expect(readdirSync(folder.path)).toEqual([]);
});

test("withLock() loses no change of several processes that remove the lock's file each time", async () => {
  using folder = temporaryFolder();
  const [lock, file] = [join(folder.path, "a.lock"), join(folder.path, "count")];
  writeFileSync(file, "0");
  const script = join(import.meta.dir, "count-locked.ts");
  const children = Array.from({ length: 4 }, () =>
    Bun.spawn([process.execPath, script, lock, file, "25", "remove"], { stderr: "inherit" }),
  );
  expect(await Promise.all(children.map((child) => child.exited))).toEqual([0, 0, 0, 0]);
  expect(readFileSync(file, "utf8")).toBe("100");
});

test("tryLock() takes a lock whose file was removed and made again by others", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.lock");
  const held = tryLock(path);
  rmSync(path);
  const other = tryLock(path);
  expect(other).toBeDefined();
  other?.release();
  held?.release();
});

test("withLock() makes no file beside the lock while it is held", async () => {
  using folder = temporaryFolder();
  const names = await withLock(join(folder.path, "a.lock"), WAIT_MS, () => readdirSync(folder.path));
  expect(names).toEqual(["a.lock"]);
});
