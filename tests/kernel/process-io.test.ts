import { expect, test } from "bun:test";
import { openSync } from "node:fs";
import { join } from "node:path";
import { openPty } from "../support/pty.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** The streams of a real process: what it writes, to whom, and what it knows of them. */

const SCRIPT = join(import.meta.dir, "speak.ts");
const command = (...args: readonly string[]) => [process.execPath, SCRIPT, ...args];

test("processIo() writes everything before the process ends, however slowly it is read", async () => {
  const child = Bun.spawn(command("much"), { stdout: "pipe" });
  let length = 0;
  for await (const chunk of child.stdout) {
    length += chunk.length;
    await Bun.sleep(0);
  }
  expect([length, await child.exited]).toEqual([3_000_000, 0]);
});

test("processIo() tells its owner when its reader is gone", async () => {
  const child = Bun.spawn(command("for-ever"), { stdout: "pipe", stderr: "pipe" });
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  expect(await child.exited).toBe(141);
  expect(await child.stderr.text()).toBe("");
});

test.skipIf(process.platform !== "linux")("processIo() says that a disk is full", async () => {
  const child = Bun.spawn(command("much"), { stdout: openSync("/dev/full", "w"), stderr: "pipe" });
  expect(await child.stderr.text()).toContain("Cannot write to standard output: ENOSPC");
});

test("processIo() knows a pipe, a file and nothing at all from a terminal", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "out");
  const piped = Bun.spawn(command("describe"), { stdout: "pipe", stdin: "ignore" });
  expect(await piped.stdout.text()).toBe("terminal false, 80 columns, color false, can ask false");
  await Bun.spawn(command("describe"), { stdout: Bun.file(file), stdin: "pipe" }).exited;
  expect(await Bun.file(file).text()).toBe("terminal false, 80 columns, color false, can ask false");
  const forced = { ...process.env, FORCE_COLOR: "1", NO_COLOR: "" };
  const colored = Bun.spawn(command("describe"), { stdout: "pipe", env: forced });
  expect(await colored.stdout.text()).toContain("color true");
});

test.each([
  [{}, "color true"],
  [{ NO_COLOR: "1" }, "color false"],
  [{ NO_COLOR: "1", FORCE_COLOR: "1" }, "color false"],
  [{ TERM: "dumb" }, "color false"],
])("processIo() on a terminal with %j knows: %s", async (more, color) => {
  const env = { HOME: "/none", TERM: "xterm", ...more };
  await using terminal = openPty(command("describe"), { cwd: import.meta.dir, env, columns: 97, rows: 20 });
  await terminal.until(`terminal true, 97 columns, ${color}, can ask true`);
  expect(await terminal.exited).toBe(0);
});

test("processIo() reads standard input up to a bound", async () => {
  const child = Bun.spawn(command("read"), { stdin: Buffer.from("é".repeat(5)), stdout: "pipe" });
  expect(await child.stdout.text()).toBe("ééééé");
  const over = Bun.spawn(command("read"), { stdin: Buffer.from("é".repeat(6)), stdout: "pipe", stderr: "pipe" });
  expect(await over.stderr.text()).toContain("longer than 10 bytes");
});
