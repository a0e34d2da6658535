import { expect, test } from "bun:test";
import { closeSync, copyFileSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { parentOf, processIdentity, processKey } from "../../src/kernel/process/process-identity.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const isLinux = process.platform === "linux";

test("processIdentity() is the same while the process runs, and differs between processes", () => {
  const mine = processIdentity(process.pid);
  const parent = processIdentity(process.ppid);
  if (mine === undefined || parent === undefined) throw new Error("a running process has no identity");
  expect(processKey(mine)).toBe(processKey(processIdentity(process.pid) ?? parent));
  expect(processKey(mine)).not.toBe(processKey(parent));
});

test.if(isLinux)("processIdentity() says what /proc says", () => {
  const start = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ")[19];
  expect(processIdentity(process.pid)).toEqual({
    pid: process.pid,
    startTime: start ?? "none",
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNamespace: readlinkSync("/proc/self/ns/pid").replace(/\D/g, ""),
  });
});

test.if(isLinux)(
  "processIdentity() and parentOf() read a program whose name looks like the rest of its line",
  async () => {
    using folder = temporaryFolder();
    const program = join(folder.path, "a) S 1 2 (b");
    copyFileSync("/bin/cat", program);
    const child = Bun.spawn([program], { stdin: "pipe", stdout: "pipe" });
    // Once the echo arrives, the child runs the program and carries its name.
    child.stdin.write("ready");
    child.stdin.flush();
    await child.stdout.getReader().read();
    expect(readFileSync(`/proc/${child.pid}/comm`, "utf8")).toBe("a) S 1 2 (b\n");
    expect(parentOf(child.pid)).toBe(process.pid);
    expect(processIdentity(child.pid)?.startTime).toMatch(/^\d+$/);
    expect(Number(processIdentity(child.pid)?.startTime)).toBeGreaterThanOrEqual(
      Number(processIdentity(process.pid)?.startTime),
    );
    child.stdin.end();
    await child.exited;
    expect(processIdentity(child.pid)).toBeUndefined();
  },
);

test.if(isLinux)("processIdentity() of a process that has ended and was not waited for is absent", async () => {
  using folder = temporaryFolder();
  const fifo = join(folder.path, "fifo");
  Bun.spawnSync(["mkfifo", fifo]);
  // The inner process reads the pipe. It ends after the shell replaced itself by a program that never waits for it.
  const parent = Bun.spawn(["sh", "-c", `cat "${fifo}" & echo $!; exec cat`], { stdin: "pipe", stdout: "pipe" });
  const { value } = await parent.stdout.getReader().read();
  const inner = Number(new TextDecoder().decode(value));
  while (readFileSync(`/proc/${parent.pid}/comm`, "utf8") !== "cat\n") await Bun.sleep(1);
  closeSync(openSync(fifo, "w"));
  const state = () => readFileSync(`/proc/${inner}/stat`, "utf8").split(") ").at(-1)?.[0];
  while (state() !== "Z") await Bun.sleep(1);
  expect(processIdentity(inner)).toBeUndefined();
  expect(parentOf(inner)).toBeUndefined();
  parent.stdin.end();
  await parent.exited;
});

test.if(isLinux)("parentOf() leads from this process to the first one", () => {
  expect(parentOf(process.pid)).toBe(process.ppid);
  expect(parentOf(1)).toBeUndefined();
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("no process has the pid %p", (pid) => {
  expect(processIdentity(pid)).toBeUndefined();
  expect(parentOf(pid)).toBeUndefined();
});
