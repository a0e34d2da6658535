import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { nativeLibrary, type PackedLibrary, unpackedLibrary } from "../../src/kernel/files/native-library.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const BYTES = Buffer.from("a native library, as far as a file can tell");

function packed(more: Partial<PackedLibrary> = {}): PackedLibrary & { unpacks: () => number } {
  let unpacks = 0;
  return {
    fileName: "libthing.so",
    packageName: "@scope/thing-linux-x64",
    sha256: new Bun.CryptoHasher("sha256").update(BYTES).digest("hex"),
    compressed: async () => {
      unpacks += 1;
      return Bun.zstdCompressSync(BYTES);
    },
    unpacks: () => unpacks,
    ...more,
  };
}

/** What a program that puts files into the cache can set: bytes, size, mode and mtime. */
function plant(path: string): void {
  const { atime, mtime } = statSync(path);
  writeFileSync(path, Buffer.from("X".repeat(BYTES.length)));
  utimesSync(path, atime, mtime);
}

/** The same with a seal that was made elsewhere for the very bytes, size, mode and mtime. */
function plantWithSeal(path: string): void {
  const seal = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  plant(path);
  // As an archive restores them: the times are the seal's, to the nanosecond.
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  const { size, mode, dev } = statSync(path);
  const sealed = { ...seal, size: `${size}`, mode: `${mode}`, dev: `${dev}`, mtimeNs: "1700000000000000000" };
  writeFileSync(`${path}.json`, JSON.stringify(sealed));
}

function copyInPlace(path: string): void {
  copyFileSync(path, `${path}.copy`);
  rmSync(path);
  copyFileSync(`${path}.copy`, path);
  chmodSync(path, 0o600);
  rmSync(`${path}.copy`);
}

describe("unpackedLibrary()", () => {
  test("unpacks once into <libraries>/<sha256>/<package>/<file>, private", async () => {
    using folder = temporaryFolder();
    const libraries = join(folder.path, "cache", "lib");
    const library = packed();
    const found = await unpackedLibrary(library, { libraries });
    expect(found.root).toBe(join(libraries, library.sha256));
    expect(found.path).toBe(join(found.root, "@scope/thing-linux-x64/libthing.so"));
    expect(readFileSync(found.path)).toEqual(BYTES);
    expect(statSync(found.path).mode & 0o777).toBe(0o600);
    expect(statSync(found.root).mode & 0o777).toBe(0o700);
    expect(await unpackedLibrary(library, { libraries })).toEqual(found);
    expect(library.unpacks()).toBe(1);
  });

  test.each([
    ["bytes changed", (path: string) => writeFileSync(path, Buffer.from("x".repeat(BYTES.length + 1)))],
    ["other bytes with the size, mode and mtime of the seal", plant],
    ["other bytes with a seal of its own, for which the file was read before", plantWithSeal],
    ["mode changed", (path: string) => chmodSync(path, 0o666)],
    ["folder open to others", (path: string) => chmodSync(join(path, ".."), 0o777)],
    [
      "file replaced by a link",
      (path: string) => {
        writeFileSync(`${path}.other`, BYTES);
        Bun.spawnSync(["rm", path]);
        symlinkSync(`${path}.other`, path);
      },
    ],
  ])("unpacks again: %s", async (_, damage) => {
    using folder = temporaryFolder();
    const library = packed();
    const { path } = await unpackedLibrary(library, { libraries: folder.path });
    damage(path);
    await unpackedLibrary(library, { libraries: folder.path });
    expect(library.unpacks()).toBe(2);
    expect(readFileSync(path)).toEqual(BYTES);
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
  });

  test.each([
    ["mtime changed", (path: string) => utimesSync(path, 1, 1)],
    ["record oversized", (path: string) => writeFileSync(`${path}.json`, " ".repeat(100_000))],
    ["record truncated", (path: string) => writeFileSync(`${path}.json`, '{"size":')],
    ["record gone", (path: string) => rmSync(`${path}.json`)],
    ["copied, as with a restored cache", copyInPlace],
  ])("verifies the digest and seals again: %s", async (_, change) => {
    using folder = temporaryFolder();
    const library = packed();
    const { path } = await unpackedLibrary(library, { libraries: folder.path });
    change(path);
    await unpackedLibrary(library, { libraries: folder.path });
    expect(library.unpacks()).toBe(1);
    const { ctimeNs, ino } = statSync(path, { bigint: true });
    expect(JSON.parse(readFileSync(`${path}.json`, "utf8"))).toMatchObject({ ctimeNs: `${ctimeNs}`, ino: `${ino}` });
  });

  test("lets many unpack at once and leaves no temporary file", async () => {
    using folder = temporaryFolder();
    const library = packed();
    const all = await Promise.all(
      Array.from({ length: 8 }, () => unpackedLibrary(library, { libraries: folder.path })),
    );
    expect(new Set(all.map(({ path }) => path)).size).toBe(1);
    expect(library.unpacks()).toBe(1);
    const left = readdirSync(join(all[0]?.path ?? "", "..")).sort();
    expect(left).toEqual(["libthing.so", "libthing.so.json"]);
  });

  test("refuses bytes whose digest is not the one expected", async () => {
    using folder = temporaryFolder();
    const wrong = packed({ sha256: "0".repeat(64) });
    const unpacking = unpackedLibrary(wrong, { libraries: folder.path });
    await expect(unpacking).rejects.toThrow(expect.objectContaining({ code: "library.unavailable" }));
  });

  test("names the fix when the cache cannot be written", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "file"), "");
    const unpacking = unpackedLibrary(packed(), { libraries: join(folder.path, "file", "lib") });
    await expect(unpacking).rejects.toThrow(
      expect.objectContaining({ code: "library.unavailable", hint: expect.stringContaining("XDG_CACHE_HOME") }),
    );
  });
});

test.each(["duckdb", "opentui"] as const)("nativeLibrary() finds %s beside the sources", async (name) => {
  using folder = temporaryFolder();
  mkdirSync(folder.path, { recursive: true });
  const { root, path } = await nativeLibrary(name, { libraries: folder.path });
  expect(path.startsWith(root)).toBe(true);
  expect(statSync(path).size).toBeGreaterThan(1_000_000);
});
