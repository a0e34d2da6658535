import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "./module.ts";

/** tests/support/README.md lists each file of the folder, once and in one line. */

const FOLDER = join(CHECKOUT, "tests/support");
const ROW = /^\| `([\w-]+\.ts)` \| .{10,140} \|$/gm;

test("the map of tests/support lists every file once, and no other", () => {
  const listed = listedIn(readFileSync(join(FOLDER, "README.md"), "utf8"));
  expect(listed).toEqual(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".ts"))
      .sort(),
  );
});

test("a file without a line, a line twice, and a line that says nothing are found", () => {
  const line = "| `a.ts` | What the file is for |\n";
  expect(listedIn("")).toEqual([]);
  expect(listedIn(line + line)).toEqual(["a.ts", "a.ts"]);
  expect(listedIn("| `a.ts` | |\n")).toEqual([]);
});

function listedIn(text: string): string[] {
  return [...text.matchAll(ROW)].map(([, name = ""]) => name).sort();
}
