import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../../src/kernel/limits.ts";
import { readYaml } from "../../src/kernel/text/yaml.ts";
import { listMasques } from "../../src/masque/list-masques.ts";
import { type ListingPlace, syncPrivateManifest } from "../../src/masque/sync-manifest.ts";
import { masqueText, writeInto } from "../support/masque-files.ts";
import { readMasque } from "../support/read-masque.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Long after any file in a test was written, so that a manifest may answer for all of them. */
const LATER_NANO = BigInt(Date.UTC(2100, 0, 1)) * 1_000_000n;

function placeIn(folder: string): ListingPlace & { readonly privateFolder: string } {
  return {
    privateFolder: join(folder, "masques"),
    store: join(folder, "store"),
    reader: async () => readMasque,
    nowUnixNano: LATER_NANO,
  };
}

async function names(place: ListingPlace) {
  const { entries } = await listMasques(place);
  return entries.filter(({ source }) => source === "private").map(({ name, tagline }) => [name, tagline]);
}

function tagged(name: string, tagline: string): string {
  return masqueText({ name, more: `attributes: { tagline: ${tagline} }\n` });
}

test("listMasques() lists shared masques, and creates no private folder", async () => {
  using folder = temporaryFolder();
  const { entries, unusable } = await listMasques(placeIn(folder.path));
  expect(entries.every(({ source }) => source === "shared")).toBe(true);
  expect(entries.map(({ name }) => String(name))).toContain("Codesmith");
  expect(unusable).toEqual([]);
  expect(() => statSync(placeIn(folder.path).privateFolder)).toThrow();
});

test("listMasques() lists a private masque instead of the shared one", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "codesmith.masque.yaml", tagged("CODESMITH", "mine"));
  const { entries } = await listMasques(place);
  const found = entries.filter(({ name }) => name.toLowerCase() === "codesmith");
  expect(found).toMatchObject([
    { name: "CODESMITH", tagline: "mine", source: "private", hides: { name: "Codesmith" } },
  ]);
});

test("listMasques() ignores hidden files, and files with other names", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "seen"));
  for (const file of [".b.masque.yaml", ".#a.masque.yaml", "c.yaml", "d.masque.yaml~"]) {
    writeInto(place.privateFolder, file, "name: [");
  }
  expect(await names(place)).toEqual([["A", "seen"]]);
  expect((await listMasques(place)).unusable).toEqual([]);
});

test("listMasques() leaves out what is unusable and says why", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "fine"));
  writeInto(place.privateFolder, "bad.masque.yaml", "name: Bad\n");
  writeInto(place.privateFolder, "misnamed.masque.yaml", tagged("A", "twice"));
  mkdirSync(join(place.privateFolder, "folder.masque.yaml"));
  const { unusable } = await listMasques(place);
  expect(unusable.map(({ failure }) => failure.message.replaceAll(place.privateFolder, ""))).toEqual([
    'Cannot use "/bad.masque.yaml": 2 errors',
    'Cannot read "/folder.masque.yaml": it is not a regular file',
    'Cannot use "/misnamed.masque.yaml": the masque in it is "A", and so is the one in "a.masque.yaml": names are unique',
  ]);
  expect(await names(place)).toEqual([["A", "fine"]]);
});

test("listMasques() says so when a folder holds more than it looks at", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  for (let at = 0; at <= LIMITS.privateMasquesMax; at++) writeInto(place.privateFolder, `x${at}.masque.yaml`, "");
  const { unusable } = await listMasques(place);
  expect(unusable[0]?.failure.message).toContain(`it holds ${LIMITS.privateMasquesMax + 1} masques`);
  expect(unusable).toHaveLength(LIMITS.privateMasquesMax + 1);
});

test("the manifest is YAML with what a listing shows, and answers until a file changes", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  const path = writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  writeInto(place.privateFolder, "b.masque.yaml", tagged("B", "two"));
  await listMasques(place);
  const manifest = join(place.privateFolder, "manifest.yaml");
  const reading = readYaml(readFileSync(manifest, "utf8"));
  expect(reading.kind === "read" && reading.value).toMatchObject({
    generated_at: "2100-01-01T00:00:00.000000000Z",
    masques: [
      { name: "A", version: "1.0.0", tagline: "one", domain: null, category: null, size: statSync(path).size },
      { name: "B", tagline: "two", digest: expect.stringMatching(/^sha256:/), mtime: expect.stringMatching(/Z$/) },
    ],
  });
  const untouched = { ...place, reader: () => Promise.reject(new Error("The reader was loaded")) };
  const written = statSync(manifest).ino;
  expect(await names(untouched)).toEqual([
    ["A", "one"],
    ["B", "two"],
  ]);
  expect(statSync(manifest).ino).toBe(written);
});

test("listMasques() notices a changed, a new and a removed file, and repairs the manifest", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  const path = writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  await listMasques(place);
  writeFileSync(path, tagged("A", "longer than before"));
  expect(await names(place)).toEqual([["A", "longer than before"]]);
  // Same size, another time of change.
  writeFileSync(path, tagged("A", "LONGER than before"));
  utimesSync(path, 1_000_000_000, 1_000_000_000);
  expect(await names(place)).toEqual([["A", "LONGER than before"]]);
  writeInto(place.privateFolder, "b.masque.yaml", tagged("B", "new"));
  expect(await names(place)).toHaveLength(2);
  Bun.spawnSync(["rm", path]);
  expect(await names(place)).toEqual([["B", "new"]]);
  expect(readFileSync(join(place.privateFolder, "manifest.yaml"), "utf8")).not.toContain('"A"');
});

test("listMasques() does not trust a manifest as young as the file", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  const path = writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  const { mtimeNs } = statSync(path, { bigint: true });
  const young = { ...place, nowUnixNano: mtimeNs + 1_000_000n };
  await listMasques(young);
  writeFileSync(path, tagged("A", "two"));
  utimesSync(path, Number(mtimeNs) / 1e9, Number(mtimeNs) / 1e9);
  expect(await names(young)).toEqual([["A", "two"]]);
});

test.each([
  ["empty", ""],
  [
    "torn",
    '# Written by masque: a cache of this folder, renewed when a file in it changes. Edits are lost.\ngenerated_at: "2100',
  ],
  ["no manifest", "[[[["],
  ["huge", "x".repeat(5_000_000)],
])("listMasques() writes again a manifest that is %s", async (_what, text) => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  writeInto(place.privateFolder, "manifest.yaml", text);
  expect(await names(place)).toEqual([["A", "one"]]);
  expect(readFileSync(join(place.privateFolder, "manifest.yaml"), "utf8")).toContain('"name":"A"');
});

test("listMasques() does not believe a manifest that would drive the terminal, or names what is not there", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  await listMasques(place);
  const path = join(place.privateFolder, "manifest.yaml");
  const good = readFileSync(path, "utf8");
  writeFileSync(path, good.replace('"tagline":"one"', '"tagline":"\\u001b[2J"'));
  expect(await names(place)).toEqual([["A", "one"]]);
  writeFileSync(path, good.replace('"name":"A"', '"name":"Ghost"'));
  expect(await names(place)).toEqual([["A", "one"]]);
});

test.skipIf(process.getuid?.() === 0)("listMasques() lists a folder that it may not write", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  chmodSync(place.privateFolder, 0o500);
  expect(await names(place)).toEqual([["A", "one"]]);
  chmodSync(place.privateFolder, 0o700);
});

test("listMasques() lists a folder whose manifest cannot be written", async () => {
  using folder = temporaryFolder();
  const place = placeIn(folder.path);
  writeInto(place.privateFolder, "a.masque.yaml", tagged("A", "one"));
  mkdirSync(join(place.privateFolder, "manifest.yaml", "in-the-way"), { recursive: true });
  expect(await names(place)).toEqual([["A", "one"]]);
  await expect(syncPrivateManifest(place, "always")).rejects.toMatchObject({ code: "file.unwritable" });
});
