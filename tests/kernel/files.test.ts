import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { MasqueError } from "../../src/kernel/errors.ts";
import { appendLineSynced } from "../../src/kernel/files/append-line.ts";
import { makePrivateFolder, readBounded, replaceFile } from "../../src/kernel/files/files.ts";
import { followLinks, replaceUserFile } from "../../src/kernel/files/replace-user-file.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;
const tooLarge = (bytes: number) => new MasqueError("masque.too-large", `Cannot read it: ${bytes} bytes`);

test("replaceFile() makes a file for its user alone, and its folders too", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "new", "folder", "file");
  replaceFile(path, "text");
  expect(readFileSync(path, "utf8")).toBe("text");
  expect([modeOf(path), modeOf(join(folder.path, "new"))]).toEqual([0o600, 0o700]);
});

test("replaceFile() keeps the mode of what stood there, and leaves no temporary file", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "settings.json");
  writeFileSync(path, "old");
  chmodSync(path, 0o644);
  replaceFile(path, Uint8Array.of(110, 101, 119));
  expect(readFileSync(path, "utf8")).toBe("new");
  expect(modeOf(path)).toBe(0o644);
  expect(readdirSync(folder.path)).toEqual(["settings.json"]);
});

test.skipIf(process.getuid?.() !== 0)("replaceFile() keeps the owner of what stood there", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "theirs");
  writeFileSync(path, "old");
  chownSync(path, 1234, 5678);
  chmodSync(path, 0o640);
  replaceFile(path, "new");
  const { uid, gid, mode } = statSync(path);
  expect([uid, gid, mode & 0o777]).toEqual([1234, 5678, 0o640]);
});

test("replaceUserFile() follows links and replaces what they lead to", () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "dotfiles"));
  const target = join(folder.path, "dotfiles", "settings.json");
  writeFileSync(target, "old");
  symlinkSync(target, join(folder.path, "second"));
  symlinkSync("second", join(folder.path, "first"));
  replaceUserFile(join(folder.path, "first"), "new");
  expect(readFileSync(target, "utf8")).toBe("new");
  expect(lstatSync(target).isSymbolicLink()).toBe(false);
  expect(readlinkSync(join(folder.path, "first"))).toBe("second");
  expect(readdirSync(join(folder.path, "dotfiles"))).toEqual(["settings.json"]);
});

test("replaceUserFile() refuses a link to nothing, and a link to itself", () => {
  using folder = temporaryFolder();
  symlinkSync(join(folder.path, "gone"), join(folder.path, "dangling"));
  symlinkSync("loop", join(folder.path, "loop"));
  expect(() => replaceUserFile(join(folder.path, "dangling"), "x")).toThrow("it is a link to nothing");
  expect(() => replaceUserFile(join(folder.path, "loop"), "x")).toThrow(
    expect.objectContaining({ code: "file.unwritable" }),
  );
  expect(readdirSync(folder.path).sort()).toEqual(["dangling", "loop"]);
});

test("replaceFile() leaves the old bytes and nothing else when it cannot finish", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "folder");
  mkdirSync(path);
  writeFileSync(join(path, "kept"), "old");
  // A rename onto a folder that is not empty is the last step, and fails.
  expect(() => replaceFile(path, "new")).toThrow(expect.objectContaining({ code: "file.unwritable" }));
  expect(readFileSync(join(path, "kept"), "utf8")).toBe("old");
  expect(readdirSync(folder.path)).toEqual(["folder"]);
});

test("replaceFile() shows a whole file to a reader at any moment", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "state");
  const texts = ["a".repeat(200_000), "b".repeat(300_000)] as const;
  replaceFile(path, texts[0]);
  const script = `
    const { readFileSync } = require("node:fs");
    process.stdout.write("reading\\n");
    for (let n = 0; n < 400; n++) {
      const text = readFileSync(process.argv[1], "utf8");
      if (!/^(a{200000}|b{300000})$/.test(text)) process.exit(1);
    }`;
  const reader = Bun.spawn([process.execPath, "-e", script, path], { stdout: "pipe" });
  await reader.stdout.getReader().read();
  for (let n = 0; reader.exitCode === null && n < 2000; n++) {
    replaceFile(path, texts[n % 2 === 0 ? 1 : 0]);
    await Bun.sleep(0);
  }
  expect(await reader.exited).toBe(0);
});

test("replaceFile() leaves old bytes or new ones when its process is killed", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "state");
  for (let round = 0; round < 5; round++) {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "replace-again.ts"), path], { stdout: "pipe" });
    await child.stdout.getReader().read();
    child.kill("SIGKILL");
    await child.exited;
    expect(readFileSync(path, "utf8")).toMatch(/^(a{500000}|b{800000})$/);
  }
});

test("appendLineSynced() appends whole lines and makes what is missing", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "otel", "masque.jsonl");
  appendLineSynced(path, "one");
  appendLineSynced(path, "two");
  expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
  expect(modeOf(path)).toBe(0o600);
});

test("appendLineSynced() ends a torn tail first, so that it spoils one line and not two", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "masque.jsonl");
  writeFileSync(path, '{"whole":1}\n{"to');
  appendLineSynced(path, '{"next":1}');
  expect(readFileSync(path, "utf8")).toBe('{"whole":1}\n{"to\n{"next":1}\n');
});

test("appendLineSynced() says what it could not do", () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "masque.jsonl"));
  expect(() => appendLineSynced(join(folder.path, "masque.jsonl"), "x")).toThrow(
    expect.objectContaining({ code: "telemetry.write-failed", message: expect.stringContaining("EISDIR") }),
  );
});

test("appendLineSynced() loses nothing of what was there, whatever the tail", () => {
  using folder = temporaryFolder();
  let count = 0;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "é", "\n"), maxLength: 20 }), (before) => {
      const path = join(folder.path, String(count++));
      writeFileSync(path, before);
      appendLineSynced(path, "line");
      const text = readFileSync(path, "utf8");
      expect(text.startsWith(before)).toBe(true);
      expect(text.split("\n").slice(-2)).toEqual(["line", ""]);
    }),
    { numRuns: 30 },
  );
});

test("readBounded() reads up to its bound, and not a byte more", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "file");
  expect(readBounded(path, 4, tooLarge)).toBeUndefined();
  expect(readBounded(join(path, "under", "a", "file"), 4, tooLarge)).toBeUndefined();
  writeFileSync(path, "1234");
  expect(readBounded(path, 4, tooLarge)?.toString()).toBe("1234");
  expect(readBounded(join(path, "under"), 4, tooLarge)).toBeUndefined();
  writeFileSync(path, "12345");
  expect(() => readBounded(path, 4, tooLarge)).toThrow("5 bytes");
});

test.skipIf(process.platform === "win32")("readBounded() refuses a pipe rather than wait for it", () => {
  using folder = temporaryFolder();
  const pipe = join(folder.path, "pipe");
  execFileSync("mkfifo", [pipe]);
  expect(() => readBounded(pipe, 4, tooLarge)).toThrow(expect.objectContaining({ code: "file.unreadable" }));
  expect(() => readBounded(folder.path, 4, tooLarge)).toThrow(expect.objectContaining({ code: "file.unreadable" }));
});

test("makePrivateFolder() makes folders for their user alone, and leaves one that is there as it is", () => {
  using folder = temporaryFolder();
  const inner = join(folder.path, "a", "b");
  makePrivateFolder(inner);
  expect([modeOf(join(folder.path, "a")), modeOf(inner)]).toEqual([0o700, 0o700]);
  chmodSync(inner, 0o755);
  makePrivateFolder(inner);
  expect(modeOf(inner)).toBe(0o755);
  writeFileSync(join(folder.path, "file"), "");
  expect(() => makePrivateFolder(join(folder.path, "file", "c"))).toThrow(
    expect.objectContaining({ code: "file.unwritable" }),
  );
});

test("followLinks() leads to itself where nothing is yet", () => {
  using folder = temporaryFolder();
  expect(followLinks(join(folder.path, "nothing"))).toBe(join(folder.path, "nothing"));
});
