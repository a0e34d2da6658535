import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFile } from "../../src/kernel/files/create-file.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

test("createFile() makes a file for its user alone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "new", "file");
  expect(createFile(path, "text")).toBe(true);
  expect(readFileSync(path, "utf8")).toBe("text");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder.path, "new"))).toEqual(["file"]);
});

test.each<[string, (path: string) => void]>([
  ["a file", (path) => writeFileSync(path, "theirs")],
  ["an empty file", (path) => writeFileSync(path, "")],
  ["a folder", (path) => mkdirSync(path)],
  [
    "a link to a file",
    (path) => {
      writeFileSync(`${path}-target`, "theirs");
      symlinkSync(`${path}-target`, path);
    },
  ],
  ["a link to nothing", (path) => symlinkSync(`${path}-target`, path)],
])("createFile() leaves %s as it is, and says that it did", (_what, make) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  make(path);
  const before = contentOf(folder.path);
  expect(createFile(path, "ours")).toBe(false);
  expect(contentOf(folder.path)).toEqual(before);
});

function contentOf(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) =>
    entry.isFile() ? `${entry.name}: ${readFileSync(join(folder, entry.name), "utf8")}` : entry.name,
  );
}
