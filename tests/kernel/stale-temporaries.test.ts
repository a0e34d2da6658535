import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeStaleTemporaries } from "../../src/kernel/files/stale-temporaries.ts";
import { sharedBySlug } from "../../src/masque/shared.ts";
import { pinMasque } from "../../src/masque/store.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.now();

function writeAged(path: string, ageMs: number): void {
  writeFileSync(path, "half");
  utimesSync(path, (NOW_MS - ageMs) / 1000, (NOW_MS - ageMs) / 1000);
}

test("removeStaleTemporaries() removes old temporaries of ours and nothing else", () => {
  using folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  writeAged(at(".run.json.4242.0123abcd.tmp"), 2 * HOUR_MS);
  writeAged(at(".young.json.4242.0123abcd.tmp"), HOUR_MS / 2);
  writeAged(at(".swapfile.tmp"), 2 * HOUR_MS);
  writeAged(at("notes.1.0123abcd.tmp"), 2 * HOUR_MS);
  mkdirSync(at(".folder.1.0123abcd.tmp"));
  symlinkSync(at("notes.1.0123abcd.tmp"), at(".link.1.0123abcd.tmp"));
  removeStaleTemporaries(folder.path, NOW_MS + 2 * HOUR_MS - HOUR_MS);
  expect(readdirSync(folder.path).sort()).toEqual(
    [".folder.1.0123abcd.tmp", ".link.1.0123abcd.tmp", ".swapfile.tmp", "notes.1.0123abcd.tmp"].sort(),
  );
  expect(() => removeStaleTemporaries(at("none"))).not.toThrow();
});

test("pinMasque() removes what a killed don left in the store", () => {
  using folder = temporaryFolder();
  const masque = sharedBySlug("codesmith");
  if (!masque) throw new Error("Codesmith is gone");
  writeAged(join(folder.path, ".abc.masque.yaml.77.89abcdef.tmp"), 2 * HOUR_MS);
  pinMasque(folder.path, masque);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
