import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CatalogPlace, currentDigest, findMasque, misnaming } from "../../src/masque/catalog.ts";
import { parseName } from "../../src/masque/masque.ts";
import { isSharedDigest } from "../../src/masque/shared.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { readMasque } from "../support/read-masque.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** A catalog in a folder, whose reader counts how often it was loaded. */
function catalogIn(folder: string): CatalogPlace & { readonly loads: () => number } {
  let loads = 0;
  const reader = async () => {
    loads++;
    return readMasque;
  };
  return { privateFolder: join(folder, "masques"), store: join(folder, "store"), reader, loads: () => loads };
}

const tester = parseName("Tester");

test("findMasque() finds a shared masque in any case, without reading anything", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  const found = await findMasque(parseName("cODESMITH"), place);
  expect(found).toMatchObject({ source: "shared", path: null, masque: { name: "Codesmith" } });
  expect(isSharedDigest(found.digest)).toBe(true);
  expect(place.loads()).toBe(0);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("findMasque() prefers the private masque, and reads the same bytes once", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  const path = writeInto(place.privateFolder, "codesmith.masque.yaml", masqueText({ name: "CodeSmith" }));
  const found = await findMasque(parseName("codesmith"), place);
  expect(found).toMatchObject({ source: "private", path, masque: { name: "CodeSmith", lens: "Look twice." } });
  expect(await findMasque(parseName("Codesmith"), place)).toEqual(found);
  expect(place.loads()).toBe(1);
  writeFileSync(path, masqueText({ name: "CodeSmith", lens: "Look thrice." }));
  expect((await findMasque(parseName("codesmith"), place)).masque.lens).toBe("Look thrice.");
  expect(place.loads()).toBe(2);
});

test("findMasque() remembers checked masques where only the user can read them", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  writeInto(place.privateFolder, "tester.masque.yaml", masqueText());
  await findMasque(tester, place);
  expect(statSync(place.store).mode & 0o777).toBe(0o700);
  const modes = readdirSync(place.store).map((file) => statSync(join(place.store, file)).mode & 0o777);
  expect(modes).toEqual([0o600]);
});

test("findMasque() works where checked masques cannot be remembered", async () => {
  using folder = temporaryFolder();
  const place = { ...catalogIn(folder.path), store: writeInto(folder.path, "store", "a file in its place") };
  writeInto(place.privateFolder, "tester.masque.yaml", masqueText());
  expect((await findMasque(tester, place)).masque.name).toBe(tester);
});

test("findMasque() refuses an invalid private masque, even where a shared one has its name", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  writeInto(place.privateFolder, "codesmith.masque.yaml", "name: Codesmith\nversion: 1.0\nlense: x\n");
  const finding = findMasque(parseName("codesmith"), place);
  await expect(finding).rejects.toMatchObject({
    code: "masque.invalid",
    exit: 2,
    message: expect.stringContaining("2 errors"),
    detail: expect.stringContaining('did you mean "lens"?'),
  });
});

test.each([
  ["codesmit", 'did you mean "Codesmith"?'],
  ["testr", 'did you mean "tester"?'],
  ["Quetzalcoatl", undefined],
])("findMasque() does not find %j, hints at %j, and names the command that lists all", async (name, hint) => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  writeInto(place.privateFolder, "tester.masque.yaml", masqueText());
  await expect(findMasque(parseName(name), place)).rejects.toMatchObject({
    code: "masque.not-found",
    exit: 3,
    try: "masque list",
    hint,
  });
});

test("findMasque() says which name a file must have to be found", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  writeInto(place.privateFolder, "two_words.masque.yaml", masqueText({ name: "Two Words" }));
  await expect(findMasque(parseName("two words"), place)).rejects.toMatchObject({
    code: "masque.not-found",
    hint: expect.stringContaining('"two-words.masque.yaml"'),
  });
  writeInto(place.privateFolder, "other.masque.yaml", masqueText());
  await expect(findMasque(parseName("other"), place)).rejects.toMatchObject({
    code: "masque.invalid",
    hint: expect.stringContaining('"tester.masque.yaml"'),
  });
});

test("findMasque() refuses at once anything but a file of a permitted size", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  mkdirSync(join(place.privateFolder, "folder.masque.yaml"), { recursive: true });
  await expect(findMasque(parseName("folder"), place)).rejects.toMatchObject({ code: "file.unreadable" });
  Bun.spawnSync(["mkfifo", join(place.privateFolder, "pipe.masque.yaml")]);
  await expect(findMasque(parseName("pipe"), place)).rejects.toMatchObject({ code: "file.unreadable" });
  writeInto(place.privateFolder, "big.masque.yaml", new Uint8Array(10_000_000));
  await expect(findMasque(parseName("big"), place)).rejects.toMatchObject({ code: "masque.too-large", exit: 2 });
  expect(place.loads()).toBe(0);
});

test("findMasque() follows a link to a file", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  mkdirSync(place.privateFolder);
  symlinkSync(writeInto(folder.path, "elsewhere.yaml", masqueText()), join(place.privateFolder, "tester.masque.yaml"));
  expect((await findMasque(tester, place)).masque.name).toBe(tester);
});

test("currentDigest() follows the file, the shared masque behind it, and nothing", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  const name = parseName("codesmith");
  const shared = currentDigest(name, place.privateFolder);
  expect(shared).toBe((await findMasque(name, place)).digest);
  const path = writeInto(place.privateFolder, "codesmith.masque.yaml", masqueText({ name: "Codesmith" }));
  expect(currentDigest(name, place.privateFolder)).toBe((await findMasque(name, place)).digest);
  expect(currentDigest(name, place.privateFolder)).not.toBe(shared);
  writeFileSync(path, new Uint8Array(10_000_000));
  expect(currentDigest(name, place.privateFolder)).toBeNull();
  expect(currentDigest(tester, place.privateFolder)).toBeNull();
});

test.skipIf(process.getuid?.() === 0)("findMasque() says so when a file may not be read", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  chmodSync(writeInto(place.privateFolder, "tester.masque.yaml", masqueText()), 0);
  await expect(findMasque(tester, place)).rejects.toMatchObject({ code: "file.unreadable" });
});

test("findMasque() ignores an empty private file where a shared masque has the name, and refuses it elsewhere", async () => {
  using folder = temporaryFolder();
  const place = catalogIn(folder.path);
  mkdirSync(place.privateFolder, { recursive: true });
  writeFileSync(join(place.privateFolder, "codesmith.masque.yaml"), "");
  writeFileSync(join(place.privateFolder, "mine.masque.yaml"), "");
  expect(await findMasque(parseName("codesmith"), place)).toMatchObject({ source: "shared" });
  expect(currentDigest(parseName("codesmith"), place.privateFolder)).toMatch(/^sha256:/);
  await expect(findMasque(parseName("mine"), place)).rejects.toMatchObject({ code: "masque.invalid" });
});

test.each([
  ["the proper name is taken", ["tester.masque.yaml", "Tester.masque.yaml"]],
  ["both would get the proper name", ["TESTER.masque.yaml", "Tester.masque.yaml"]],
])("misnaming() never suggests a rename that would overwrite a file: %s", (_what, files) => {
  using folder = temporaryFolder();
  for (const file of files) writeFileSync(join(folder.path, file), masqueText({}));
  const { found, hint } = misnaming(join(folder.path, "Tester.masque.yaml"), tester, files);
  expect(found).toContain(`and so is the one in "${files[0]}"`);
  expect(hint).not.toContain("rename the file to");
});
