import { expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readUpTo, recognise } from "../../src/judge/store/recognise.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const TEXT = "one line\n".repeat(3);

test.each<[string, (path: string) => void]>([
  ["is gone", (path) => rmSync(path)],
  [
    "was rotated, and another has its name",
    (path) => {
      renameSync(path, `${path}-rotated`);
      writeFileSync(path, `${TEXT}and more`.replaceAll("one", "two"));
    },
  ],
])("readUpTo() takes no other file for one that %s while it is looked at", (_, change) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "logs.jsonl");
  writeFileSync(path, TEXT);
  const files = [{ path, content: "events" as const }];
  const [found] = recognise(files, { sources: [] }).present;
  if (!found) throw new TypeError("The file was not found");
  const read = { bytesRead: TEXT.length, linesRead: 3, linesSkipped: 0, skipped: [] };
  expect(recognise(files, { sources: [readUpTo(found, read)] }).present).toMatchObject([{ isNew: false }]);
  change(path);
  const source = readUpTo(found, read);
  expect(source).toMatchObject({ id: 0, bytesRead: TEXT.length });
  // What has the name now was never read.
  expect(recognise(files, { sources: [source] }).present.filter(({ isNew }) => !isNew)).toEqual([]);
});
