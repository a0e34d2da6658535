import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readImporters, testsOf } from "../support/importers.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** A checkout in which a.test.ts reaches c.ts through b.ts, and other.test.ts reaches nothing of it. */
function checkout() {
  const folder = temporaryFolder();
  const write = (path: string, text: string) => {
    mkdirSync(join(folder.path, path, ".."), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  };
  write("src/kernel/c.ts", "export const c = 1;");
  write("src/app/b.ts", 'import { c } from "../kernel/c.ts";\nexport const b = c;');
  write("src/app/lazy.ts", 'export const lazy = () => import("../kernel/c.ts");');
  write("tests/app/a.test.ts", 'import { b } from "../../src/app/b.ts";\nb;');
  write("tests/app/lazy.test.ts", 'import { lazy } from "../../src/app/lazy.ts";\nlazy;');
  write("tests/app/other.test.ts", 'import "node:fs";');
  return folder;
}

test("testsOf() follows imports, lazy ones too, from a changed file to the tests", () => {
  using folder = checkout();
  const importers = readImporters(folder.path);
  expect(testsOf(["src/kernel/c.ts"], importers)).toEqual(["tests/app/a.test.ts", "tests/app/lazy.test.ts"]);
  expect(testsOf(["src/app/b.ts"], importers)).toEqual(["tests/app/a.test.ts"]);
});

test("testsOf() runs a test that changed itself, and nothing for a file that no test reaches", () => {
  using folder = checkout();
  const importers = readImporters(folder.path);
  expect(testsOf(["tests/app/other.test.ts"], importers)).toEqual(["tests/app/other.test.ts"]);
  expect(testsOf(["docs/cli.md"], importers)).toEqual([]);
});
