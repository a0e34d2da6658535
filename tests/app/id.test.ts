import { expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { terminalSessionId } from "../../src/kernel/ids.ts";
import { sessionLockPath } from "../../src/session/session-path.ts";
import { testDeps } from "../support/test-deps.ts";

test("masque id says what is worn though the records that a process left cannot be appended", async () => {
  await using world = testDeps();
  mkdirSync(world.deps.paths.events, { recursive: true });
  expect(await world.run("don", "codesmith")).toMatchObject({ exit: 0 });
  const noRecord = await world.run("id");
  expect(noRecord).toMatchObject({ exit: 0, stdout: expect.stringContaining("Codesmith") });
  expect(noRecord.stderr).toContain("the next command appends it");

  const lock = sessionLockPath(world.deps.paths.sessions, terminalSessionId(world.project));
  rmSync(lock, { force: true });
  mkdirSync(lock);
  const noLock = await world.run("id");
  expect(noLock).toMatchObject({ exit: 0, stdout: expect.stringContaining("Codesmith") });
  expect(noLock.stderr).toContain(lock);
});
