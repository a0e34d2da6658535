import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTail } from "../../src/kernel/files/read-tail.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

test.each([
  [3, "789"],
  [9, "123456789"],
  [100, "123456789"],
  [0, ""],
])("readTail() of nine bytes, at most %d of them, is %j", (bytesMax, tail) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  writeFileSync(path, "123456789");
  expect(readTail(path, bytesMax).toString()).toBe(tail);
});

test("readTail() of no file and of an empty one is nothing", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  expect(readTail(path, 10)).toHaveLength(0);
  writeFileSync(path, "");
  expect(readTail(path, 10)).toHaveLength(0);
});
