import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parseName } from "../../src/masque/masque.ts";
import { createMasque, masqueTemplate } from "../../src/masque/new-masque.ts";
import { validateMasques } from "../../src/masque/validate.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { readMasque } from "../support/read-masque.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

function placeIn(folder: string) {
  return { cwd: folder, privateFolder: join(folder, "mine"), reader: async () => readMasque };
}

test("validateMasques() without paths checks the private folder, and nothing where the folder is missing", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  expect(await validateMasques([], place)).toEqual({ filesChecked: 0, problems: [] });
  writeInto(place.privateFolder, "tester.masque.yaml", masqueText());
  expect(await validateMasques([], place)).toEqual({ filesChecked: 1, problems: [] });
});

test("validateMasques() reads each file once, however often it is named", async () => {
  using folder = temporaryFolder();
  writeInto(join(folder.path, "drafts"), "tester.masque.yaml", masqueText());
  writeInto(join(folder.path, "drafts"), "notes.yaml", "not a masque");
  const paths = ["drafts", "drafts/tester.masque.yaml", join(folder.path, "drafts")];
  expect(await validateMasques(paths, placeIn(folder.path))).toEqual({ filesChecked: 1, problems: [] });
});

test.each([["nowhere"], ["empty"], ["file/below"]])("validateMasques() finds nothing at %j", async (path) => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "empty"));
  writeInto(folder.path, "file", "");
  await expect(validateMasques([path], placeIn(folder.path))).rejects.toMatchObject({
    code: "masque.not-found",
    exit: 3,
  });
});

test("validateMasques() names a path that cannot be followed", async () => {
  using folder = temporaryFolder();
  symlinkSync("loop", join(folder.path, "loop"));
  await expect(validateMasques(["loop"], placeIn(folder.path))).rejects.toMatchObject({
    code: "file.unreadable",
    exit: 1,
  });
});

test("validateMasques() refuses a wrong file name in the private folder, and only warns elsewhere", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "Other.masque.yaml", masqueText());
  writeInto(folder.path, "draft.masque.yaml", masqueText());
  const mine = await validateMasques([], place);
  expect(mine.problems).toMatchObject([
    { severity: "error", line: 1, file: "mine/Other.masque.yaml", hint: expect.stringContaining("tester.masque.yaml") },
  ]);
  const draft = await validateMasques(["draft.masque.yaml"], place);
  expect(draft.problems).toMatchObject([{ severity: "warning", line: 1, file: "draft.masque.yaml" }]);
});

test("validateMasques() reports two masques of one name", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "tester.masque.yaml", masqueText());
  writeInto(place.privateFolder, "copy.masque.yaml", masqueText({ name: "TESTER" }));
  const { problems } = await validateMasques([], place);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain("names are unique");
});

test.each([
  [9_000, []],
  [12_000, ["after a compaction only part of it"]],
  [30_000, ["`don` refuses it"]],
])("validateMasques() checks the length of a lens of %d characters", async (length, expected) => {
  using folder = temporaryFolder();
  writeInto(folder.path, "tester.masque.yaml", masqueText({ lens: "x".repeat(length) }));
  const { problems } = await validateMasques(["tester.masque.yaml"], placeIn(folder.path));
  expect(problems.map(({ severity, line }) => [severity, line])).toEqual(expected.map(() => ["warning", 3]));
  for (const [at, text] of expected.entries()) expect(problems[at]?.message).toContain(text);
});

test("validateMasques() continues after a file that cannot be read", async () => {
  using folder = temporaryFolder();
  writeInto(folder.path, "a.masque.yaml", new Uint8Array(10_000_000));
  Bun.spawnSync(["mkfifo", join(folder.path, "b.masque.yaml")]);
  writeInto(folder.path, "c.masque.yaml", "name: C\n");
  const { problems, filesChecked } = await validateMasques(["."], placeIn(folder.path));
  expect(filesChecked).toBe(3);
  expect(problems.map(({ file, severity }) => `${file} ${severity}`)).toEqual([
    "a.masque.yaml error",
    "b.masque.yaml error",
    "c.masque.yaml error",
    "c.masque.yaml error",
  ]);
});

test.each(["Cartographer", "null", "Two Words", "Ünïcode-42"])("masqueTemplate() is valid for %j", (name) => {
  const reading = readMasque(new TextEncoder().encode(masqueTemplate({ name: parseName(name), category: "art" })), "x");
  expect(reading).toMatchObject({ kind: "valid", warnings: [], masque: { name, attributes: { category: "art" } } });
});

test("createMasque() never writes over a file", () => {
  using folder = temporaryFolder();
  const path = createMasque(folder.path, parseName("Two Words"), "x");
  expect(path).toBe(join(folder.path, "two-words.masque.yaml"));
  expect(() => createMasque(folder.path, parseName("two_words"), "x")).toThrow(
    expect.objectContaining({ code: "masque.exists", exit: 2 }),
  );
});
