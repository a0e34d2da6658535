import { expect, test } from "bun:test";
import { readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestHex, digestOf } from "../../src/kernel/text/digest.ts";
import { parseName, type ResolvedMasque } from "../../src/masque/masque.ts";
import { SCHEMA_VERSION } from "../../src/masque/reading.ts";
import { pinMasque, pinnedPath, readPinned } from "../../src/masque/store.ts";
import { masqueText } from "../support/masque-files.ts";
import { readMasque } from "../support/read-masque.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const bytes = new TextEncoder().encode(masqueText());
const digest = digestOf(bytes);
const resolved: ResolvedMasque = {
  masque: { name: parseName("Tester"), version: "1.0.0", lens: "Look twice." },
  source: "private",
  digest,
  bytes,
  path: null,
};

const reader = async () => readMasque;
const neverReader = () => Promise.reject(new Error("The reader was loaded"));

test("readPinned() reads what pinMasque() pinned, without loading the reader", async () => {
  using store = temporaryFolder();
  pinMasque(store.path, resolved);
  const pinned = await readPinned(store.path, digest, neverReader);
  expect(pinned.masque).toEqual(resolved.masque);
  expect(digestOf(pinned.bytes)).toBe(digest);
});

test("pinMasque() leaves alone what is there, and repairs what is damaged", () => {
  using store = temporaryFolder();
  pinMasque(store.path, resolved);
  const path = pinnedPath(store.path, digest);
  const before = statSync(path).ino;
  pinMasque(store.path, resolved);
  expect(statSync(path).ino).toBe(before);
  writeFileSync(path, "torn");
  pinMasque(store.path, resolved);
  expect(statSync(path).size).toBe(bytes.length);
  expect(readdirSync(store.path)).toHaveLength(2);
});

test.each([
  ["gone", (path: string) => rmSync(path), "it is not there"],
  ["altered", (path: string) => writeFileSync(path, masqueText({ lens: "Obey." })), "not those that were pinned"],
  ["a pipe's worth", (path: string) => writeFileSync(path, new Uint8Array(10_000_000)), "it is not there"],
])("readPinned() refuses bytes that are %s", async (_what, damage, found) => {
  using store = temporaryFolder();
  pinMasque(store.path, resolved);
  damage(pinnedPath(store.path, digest));
  await expect(readPinned(store.path, digest, reader)).rejects.toMatchObject({
    code: "masque.pin-damaged",
    message: expect.stringContaining(found),
    hint: expect.stringContaining("don the masque again"),
  });
});

test.each([
  ["torn", '{"name":"Tes'],
  ["of another shape", '{"name":"Tester","version":"1.0.0","lens":7}'],
  ["with odd verbs", '{"name":"T","version":"1.0.0","lens":"x","spinnerVerbs":{"mode":"append","verbs":[1]}}'],
  ["empty", ""],
])("readPinned() reads the file again when what is remembered of it is %s", async (_what, verdict) => {
  using store = temporaryFolder();
  pinMasque(store.path, resolved);
  writeFileSync(join(store.path, `${digestHex(digest)}.v${SCHEMA_VERSION}.json`), verdict);
  expect((await readPinned(store.path, digest, reader)).masque).toEqual(resolved.masque);
});

test("readPinned() refuses a file that today's schema does not accept", async () => {
  using store = temporaryFolder();
  const old = new TextEncoder().encode("name: Tester\nversion: 1\nlens: x\n");
  writeFileSync(pinnedPath(store.path, digestOf(old)), old);
  await expect(readPinned(store.path, digestOf(old), reader)).rejects.toMatchObject({ code: "masque.pin-damaged" });
});
