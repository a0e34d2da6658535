import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type HandedOver, handOver, takeHandedOver } from "../../src/host/handed-over.ts";
import type { SessionId } from "../../src/kernel/ids.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const SECOND = 1_000_000_000n;
const NOW = BigInt(Date.now()) * 1_000_000n;
const session = "c0111a4d-0000-4000-8000-000000000001" as SessionId;
const other = "c0111a4d-0000-4000-8000-000000000002" as SessionId;
const DON = { session, command: "don" } as const;

function handed(more: Partial<HandedOver> = {}): HandedOver {
  return { ...DON, words: "codesmith fix it", project: "/p", ...more };
}

function typedIn(data: string): string {
  return join(data, "typed");
}

describe("takeHandedOver()", () => {
  test("gives any arguments and project back as they were, once", () => {
    using folder = temporaryFolder();
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.string({ unit: "binary", maxLength: 50 }),
        (words, name) => {
          const left = handed({ words, project: `/${name}` });
          handOver(folder.path, left, NOW);
          expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "taken", handed: left });
          expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "absent" });
        },
      ),
      { numRuns: 200 },
    );
    expect(readdirSync(typedIn(folder.path))).toEqual([]);
  });

  test("finds nothing of another session or another command", () => {
    using folder = temporaryFolder();
    handOver(folder.path, handed(), NOW);
    expect(takeHandedOver(folder.path, { session: other, command: "don" }, NOW)).toEqual({ kind: "absent" });
    expect(takeHandedOver(folder.path, { session, command: "doff" }, NOW)).toEqual({ kind: "absent" });
    expect(takeHandedOver(folder.path, DON, NOW).kind).toBe("taken");
  });

  test.each([
    ["just now", 0n, "taken"],
    ["30 seconds ago", 30n * SECOND, "taken"],
    ["a nanosecond longer ago", 30n * SECOND + 1n, "outdated"],
    ["a day ago", 86_400n * SECOND, "outdated"],
    ["by a clock that went back a little since", -2n * SECOND, "taken"],
    ["by a clock that went back an hour since", -3_600n * SECOND, "outdated"],
  ])("of what was left %s says so, and removes it", (_when, age, kind) => {
    using folder = temporaryFolder();
    handOver(folder.path, handed(), NOW);
    expect(takeHandedOver(folder.path, DON, NOW + age).kind).toBe(kind as never);
    expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "absent" });
    expect(readdirSync(typedIn(folder.path))).toEqual([]);
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"words":"a"}',
    JSON.stringify({ ...handed(), unixNano: "1e9" }),
    JSON.stringify({ ...handed(), unixNano: String(NOW), session: other }),
    JSON.stringify({ ...handed(), unixNano: String(NOW), words: 7 }),
  ])("takes a file that says %j for nothing, and removes it", (text) => {
    using folder = temporaryFolder();
    handOver(folder.path, handed(), NOW);
    const [name = ""] = readdirSync(typedIn(folder.path));
    writeFileSync(join(typedIn(folder.path), name), text);
    expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "absent" });
    expect(readdirSync(typedIn(folder.path))).toEqual([]);
  });

  test("of two that come at once gives one the arguments", async () => {
    using folder = temporaryFolder();
    const script = `const { takeHandedOver } = await import(${JSON.stringify(join(import.meta.dir, "../../src/host/handed-over.ts"))});
      console.log("ready");
      for await (const _ of console) break;
      console.log(takeHandedOver(${JSON.stringify(folder.path)}, ${JSON.stringify(DON)}, ${NOW}n).kind);`;
    handOver(folder.path, handed(), NOW);
    const takers = Array.from({ length: 4 }, () =>
      Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe" }),
    );
    const outputs = takers.map((taker) => taker.stdout.getReader());
    await Promise.all(outputs.map((output) => output.read()));
    for (const taker of takers) {
      taker.stdin.write("go\n");
      taker.stdin.end();
    }
    const kinds = await Promise.all(
      outputs.map(async (output) => new TextDecoder().decode((await output.read()).value).trim()),
    );
    await Promise.all(takers.map((taker) => taker.exited));
    expect(kinds.sort()).toEqual(["absent", "absent", "absent", "taken"]);
  });
});

describe("handOver()", () => {
  test("keeps what was typed for this user alone", () => {
    using folder = temporaryFolder();
    handOver(folder.path, handed(), NOW);
    const [name = ""] = readdirSync(typedIn(folder.path));
    expect((statSync(typedIn(folder.path)).mode & 0o777).toString(8)).toBe("700");
    expect((statSync(join(typedIn(folder.path), name)).mode & 0o777).toString(8)).toBe("600");
  });

  test("keeps at most 64 KiB, and says that there was more", () => {
    using folder = temporaryFolder();
    const most = "é".repeat(LIMITS.slashArgumentBytesMax / 2);
    for (const [words, kept] of [
      [most, most],
      [`${most}x`, null],
      ["\u0001".repeat(LIMITS.slashArgumentBytesMax), "\u0001".repeat(LIMITS.slashArgumentBytesMax)],
    ] as const) {
      handOver(folder.path, handed({ words }), NOW);
      expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "taken", handed: handed({ words: kept }) });
    }
  });

  test("replaces what the same command left before", () => {
    using folder = temporaryFolder();
    handOver(folder.path, handed({ words: "old" }), NOW);
    handOver(folder.path, handed({ words: "new" }), NOW);
    expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "taken", handed: handed({ words: "new" }) });
  });

  test("removes what commands left that never ran, and touches neither newer files nor folders nor what a link names", () => {
    using folder = temporaryFolder();
    handOver(folder.path, handed({ session: other }), NOW);
    const [left = ""] = readdirSync(typedIn(folder.path));
    const past = Number(NOW / SECOND) - 3_600;
    utimesSync(join(typedIn(folder.path), left), past, past);
    handOver(folder.path, handed({ command: "doff" }), NOW);
    expect(readdirSync(typedIn(folder.path))).toHaveLength(1);
    mkdirSync(join(typedIn(folder.path), "folder"));
    const target = join(folder.path, "target");
    writeFileSync(target, "mine");
    symlinkSync(target, join(typedIn(folder.path), "link"));
    handOver(folder.path, handed(), NOW + 3_600n * SECOND);
    expect(readFileSync(target, "utf8")).toBe("mine");
    expect(existsSync(join(typedIn(folder.path), "folder"))).toBe(true);
    expect(takeHandedOver(folder.path, { session, command: "doff" }, NOW)).toEqual({ kind: "absent" });
  });

  test("writes through no link", () => {
    using folder = temporaryFolder();
    const target = join(folder.path, "target");
    writeFileSync(target, "mine");
    handOver(folder.path, handed(), NOW);
    const [name = ""] = readdirSync(typedIn(folder.path));
    takeHandedOver(folder.path, DON, NOW);
    symlinkSync(target, join(typedIn(folder.path), name));
    handOver(folder.path, handed(), NOW);
    expect(readFileSync(target, "utf8")).toBe("mine");
    expect(takeHandedOver(folder.path, DON, NOW).kind).toBe("taken");
  });

  test("fails with the folder's name where nothing can be written, and leaves nothing to take", () => {
    using folder = temporaryFolder();
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(typedIn(folder.path), "");
    expect(() => handOver(folder.path, handed(), NOW)).toThrow(expect.objectContaining({ code: "file.unwritable" }));
    expect(takeHandedOver(folder.path, DON, NOW)).toEqual({ kind: "absent" });
  });
});
