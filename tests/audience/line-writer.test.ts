import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LineWriter, type WriterOptions } from "../../src/audience/files/line-writer.ts";
import { renameToSegment } from "../../src/audience/files/rename-to-segment.ts";
import type { SyncMode } from "../../src/audience/files/storage-settings.ts";
import type { TornTail } from "../../src/audience/files/torn-tail.ts";
import { closedFile, segmentName } from "../../src/telemetry/file-names.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, ramDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const read = (path: string) => readFileSync(path, "utf8");
const HOUR_MS = 3_600_000;
const testMounted = testWith(mounting());

type Given = Partial<WriterOptions["keeping"]> & Partial<Pick<WriterOptions, "nowMs" | "onSegment">>;

function writerIn(root: string, given: Given = {}) {
  const told = { torn: [] as TornTail[], segments: [] as string[], trouble: [] as string[] };
  const folder = join(root, "otel");
  const { nowMs = Date.now, onSegment, ...keeping } = given;
  const writer = new LineWriter({
    folder,
    signal: "logs",
    keeping: { sync: "always", segmentBytes: 0, segmentHours: 0, ...keeping },
    nowMs,
    holdFolder: () => undefined,
    onTorn: (_path, torn) => void told.torn.push(torn),
    onSegment: onSegment ?? ((name) => void told.segments.push(name)),
    onTrouble: (message) => void told.trouble.push(message),
  });
  return { folder, path: join(folder, "logs.jsonl"), writer, ...told };
}

/** Lines as they are appended. */
const lines = (...texts: string[]) => Buffer.from(texts.map((text) => `${text}\n`).join(""));

/** Every line of every file, segments first, as a reader takes them. */
function linesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const inOrder = [...names.filter((name) => closedFile(name)).sort(), ...names.filter((name) => !closedFile(name))];
  return inOrder.flatMap((name) => {
    const text = read(join(folder, name));
    expect(text.endsWith("\n")).toBe(true);
    return text.slice(0, -1).split("\n");
  });
}

describe("LineWriter", () => {
  test.each(["always", "off"] satisfies SyncMode[])("writes what was appended, in order: sync %s", async (sync) => {
    using root = temporaryFolder();
    const { path, folder, writer } = writerIn(root.path, { sync });
    await Promise.all([writer.append(lines("1")), writer.append(lines("2", "3")), writer.append(lines("4"))]);
    expect(read(path)).toBe("1\n2\n3\n4\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await writer.close();
  });

  test("opens nothing before the first line, nor when it looks after a file that is not there", async () => {
    using root = temporaryFolder();
    const { writer } = writerIn(root.path);
    await writer.tend();
    await writer.close();
    expect(readdirSync(root.path)).toEqual([]);
  });

  test("appends to what is there after a restart", async () => {
    using root = temporaryFolder();
    const first = writerIn(root.path);
    await first.writer.append(lines("1"));
    await first.writer.close();
    const second = writerIn(root.path);
    await second.writer.append(lines("2"));
    await second.writer.close();
    expect(read(first.path)).toBe("1\n2\n");
    expect(second.torn).toEqual([]);
  });

  test("tells what waits, and forgets it once answered", async () => {
    using root = temporaryFolder();
    const { writer } = writerIn(root.path);
    const appended = Promise.all([writer.append(lines("one")), writer.append(lines("two"))]);
    expect(writer.waiting).toMatchObject({ requests: 2, bytes: 8 });
    await appended;
    expect(writer.waiting).toEqual({ requests: 0, bytes: 0, forMs: 0 });
    await writer.close();
  });

  test.each([
    ["deleted", (path: string) => rmSync(path)],
    ["moved away", (path: string) => renameSync(path, `${path}.moved`)],
    ["deleted with its folder", (path: string) => rmSync(join(path, ".."), { recursive: true })],
  ])("makes a file that was %s again", async (_what, remove) => {
    using root = temporaryFolder();
    const { path, writer } = writerIn(root.path);
    await writer.append(lines("1"));
    remove(path);
    await writer.append(lines("2"));
    expect(read(path)).toBe("2\n");
    await writer.close();
  });

  test("reports a folder that cannot be written, and works once it can", async () => {
    using root = temporaryFolder();
    const { path, folder, writer } = writerIn(root.path);
    writeFileSync(folder, "a file where the folder should be");
    await expect(writer.append(lines("1"))).rejects.toMatchObject({ name: "MasqueError" });
    rmSync(folder);
    await writer.append(lines("2"));
    expect(read(path)).toBe("2\n");
    await writer.close();
  });

  test.each([
    ["a link to a device", (path: string) => symlinkSync("/dev/full", path)],
    ["a pipe", (path: string) => void Bun.spawnSync(["mkfifo", path])],
    ["a folder", (path: string) => mkdirSync(path)],
  ])("refuses %s in the place of the file, and works once it is gone", async (_what, make) => {
    using root = temporaryFolder();
    const { path, folder, writer } = writerIn(root.path);
    mkdirSync(folder);
    make(path);
    for (let count = 0; count < 3; count++) {
      await expect(writer.append(Buffer.alloc(100_000, "x\n"))).rejects.toMatchObject({
        code: "telemetry.write-failed",
      });
    }
    rmSync(path, { recursive: true });
    await writer.append(lines("2"));
    expect(read(path)).toBe("2\n");
    await writer.close();
  });
});

test("a writer that was closed refuses what comes, and opens nothing again", async () => {
  using root = temporaryFolder();
  const { path, writer } = writerIn(root.path);
  await writer.append(lines("1"));
  const last = writer.append(lines("2"));
  const closed = writer.close();
  await expect(writer.append(lines("3"))).rejects.toMatchObject({ code: "telemetry.write-failed" });
  await Promise.all([last, closed]);
  rmSync(path);
  await expect(writer.append(lines("4"))).rejects.toMatchObject({ code: "telemetry.write-failed" });
  expect(existsSync(path)).toBe(false);
});

testMounted(
  "a file system without times of birth gets a segment a day, not one for each request",
  async () => {
    using root = temporaryFolder();
    using _disk = ramDisk(join(root.path, "otel"));
    let nowMs = Date.now();
    const { path, segments, writer } = writerIn(root.path, { segmentHours: 24, nowMs: () => nowMs });
    for (const text of ["1", "2", "3"]) await writer.append(lines(text));
    expect(segments).toEqual([]);
    await writer.close();
    const again = writerIn(root.path, { segmentHours: 24, nowMs: () => nowMs });
    for (const text of ["4", "5"]) await again.writer.append(lines(text));
    expect(again.segments).toEqual([]);
    expect(read(path)).toBe("1\n2\n3\n4\n5\n");
    nowMs += 24 * HOUR_MS;
    await again.writer.append(lines("6"));
    expect(again.segments).toHaveLength(1);
    await again.writer.close();
  },
  20_000,
);

describe("a segment", () => {
  test("is closed before it would grow beyond its bytes", async () => {
    using root = temporaryFolder();
    const { path, folder, segments, writer } = writerIn(root.path, { segmentBytes: 8 });
    for (const line of ["abc", "def", "ghi"]) await writer.append(lines(line));
    expect(segments).toHaveLength(1);
    expect(read(join(folder, segments[0] ?? ""))).toBe("abc\ndef\n");
    expect(read(path)).toBe("ghi\n");
    await writer.close();
  });

  test("takes a single request that is longer than it may be", async () => {
    using root = temporaryFolder();
    const { folder, writer } = writerIn(root.path, { segmentBytes: 8 });
    await Promise.all([
      writer.append(lines("a")),
      writer.append(lines("0123456789", "more of it")),
      writer.append(lines("b")),
    ]);
    await writer.close();
    expect(linesIn(folder)).toEqual(["a", "0123456789", "more of it", "b"]);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  test("is closed when it is old, by the next line or by looking after it", async () => {
    using root = temporaryFolder();
    let nowMs = Date.now();
    const { folder, segments, writer } = writerIn(root.path, { segmentHours: 24, nowMs: () => nowMs });
    await writer.append(lines("1"));
    nowMs += 23 * HOUR_MS;
    await writer.tend();
    await writer.append(lines("2"));
    expect(segments).toHaveLength(0);
    nowMs += HOUR_MS + 60_000;
    await writer.append(lines("3"));
    expect(segments).toHaveLength(1);
    nowMs += 48 * HOUR_MS;
    await writer.tend();
    expect(segments).toHaveLength(2);
    expect(readdirSync(folder).every((name) => closedFile(name))).toBe(true);
    expect(linesIn(folder)).toEqual(["1", "2", "3"]);
    await writer.close();
  });

  test("never takes the name of a file that is there, with any time in the name", async () => {
    using root = temporaryFolder();
    const nowMs = Date.UTC(2026, 0, 2);
    const { folder, writer } = writerIn(root.path, { segmentBytes: 1, nowMs: () => nowMs });
    mkdirSync(folder);
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
    const planted = [last, last - 1, nowMs + HOUR_MS, nowMs].map((unixMs) => segmentName("logs", unixMs));
    for (const name of planted) writeFileSync(join(folder, name), `${name}\n`);
    const texts = Array.from({ length: 60 }, (_, at) => `${at}`);
    for (const text of texts) await writer.append(lines(text));
    await writer.close();
    for (const name of planted) expect(read(join(folder, name))).toBe(`${name}\n`);
    expect(readdirSync(folder)).toHaveLength(planted.length + texts.length);
    const written = linesIn(folder).filter((line) => !planted.includes(line));
    expect(written.sort()).toEqual([...texts].sort());
  });

  test("leaves no name behind when it cannot be closed", () => {
    using root = temporaryFolder();
    expect(() => renameToSegment(root.path, "logs", Date.UTC(2026, 0, 2))).toThrow(
      expect.objectContaining({ code: "ENOENT" }),
    );
    expect(readdirSync(root.path)).toEqual([]);
  });

  test.each([
    ["forward by a hundred years", 100 * 365 * 24 * HOUR_MS],
    ["back to 1970", -Date.UTC(2026, 0, 2)],
  ])("is closed in due time after the clock jumped %s, and at most once for the jump", async (_how, jumpMs) => {
    using root = temporaryFolder();
    let nowMs = Date.UTC(2026, 0, 2);
    const { segments, writer } = writerIn(root.path, { segmentHours: 24, nowMs: () => nowMs });
    await writer.append(lines("before"));
    nowMs += jumpMs;
    for (let count = 0; count < 20; count++) await writer.append(lines(`${count}`));
    const closedByJump = segments.length;
    expect(closedByJump).toBeLessThanOrEqual(1);
    nowMs += 25 * HOUR_MS;
    await writer.append(lines("a day later"));
    expect(segments).toHaveLength(closedByJump + 1);
    await writer.close();
  });

  test("is closed while somebody looks after the file at once, and no line is touched by it", async () => {
    using root = temporaryFolder();
    const tended: Promise<void>[] = [];
    const { folder, writer } = writerIn(root.path, {
      segmentBytes: 8,
      onSegment: () => void tended.push(writer.tend()),
    });
    const texts = Array.from({ length: 50 }, (_, at) => `${at}`.padStart(5));
    // One after another: each time the loop has ended, and a line that closes a segment starts it again.
    for (const text of texts) {
      const [first, second] = [writer.append(lines(text)), writer.append(lines(`${text}+`))];
      await Promise.all([first, second]);
    }
    await Promise.all(tended);
    await writer.close();
    expect(tended.length).toBeGreaterThan(10);
    expect(linesIn(folder)).toEqual(texts.flatMap((text) => [text, `${text}+`]));
  });

  test("loses, doubles and glues no line, however many are closed under load", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(300), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom<SyncMode>("always", "off"),
        async (lengths, segmentBytes, sync) => {
          using root = temporaryFolder();
          const { folder, segments, writer } = writerIn(root.path, {
            segmentBytes,
            sync,
            nowMs: () => 1_767_225_600_000,
          });
          const texts = lengths.map((length, at) => `${at}:${"x".repeat(length)}`);
          await Promise.all(texts.map((text) => writer.append(lines(text))));
          await writer.close();
          expect(linesIn(folder)).toEqual(texts);
          expect(new Set(segments).size).toBe(segments.length);
          for (const name of segments) {
            const { size } = statSync(join(folder, name));
            expect(size <= segmentBytes || read(join(folder, name)).indexOf("\n") === size - 1).toBe(true);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a file that ends within a line", () => {
  async function reopened(root: string, left: string) {
    mkdirSync(join(root, "otel"), { recursive: true });
    const { path, folder, torn, writer } = writerIn(root);
    writeFileSync(path, left);
    await writer.tend();
    const mended = read(path);
    await writer.append(lines('{"next":1}'));
    await writer.close();
    const aside = readdirSync(folder).filter((name) => closedFile(name)?.kind === "torn");
    return { path, folder, torn, mended, aside };
  }

  test("has the fragment moved beside it, before anything is appended", async () => {
    using root = temporaryFolder();
    const { path, folder, torn, mended, aside } = await reopened(root.path, '{"a":1}\n{"b":');
    expect(mended).toBe('{"a":1}\n');
    expect(read(path)).toBe('{"a":1}\n{"next":1}\n');
    expect(torn).toEqual([{ kind: "cut", movedTo: join(folder, aside[0] ?? ""), bytes: 5 }]);
    expect(read(join(folder, aside[0] ?? ""))).toBe('{"b":');
  });

  test("keeps a whole request that lacks its newline alone", async () => {
    using root = temporaryFolder();
    const { path, torn } = await reopened(root.path, '{"a":1}\n{"b":2}');
    expect(read(path)).toBe('{"a":1}\n{"b":2}\n{"next":1}\n');
    expect(torn).toEqual([{ kind: "ended" }]);
  });

  test("has what a power cut left as zeros moved beside it, from the line on that holds the first", async () => {
    using root = temporaryFolder();
    const { path, folder, aside } = await reopened(root.path, '{"a":1}\n{"b":\0\0\0\0\n{"c":3}\n\0\0\0');
    expect(read(path)).toBe('{"a":1}\n{"next":1}\n');
    expect(read(join(folder, aside[0] ?? ""))).toBe('{"b":\0\0\0\0\n{"c":3}\n\0\0\0');
  });

  test("loses no whole line wherever it was cut", async () => {
    const lines = ['{"a":"x"}', `{"b":"${"y".repeat(100_000)}"}`, '{"c":"z"}'];
    const text = `${lines.join("\n")}\n`;
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (cut) => {
        using root = temporaryFolder();
        const { path, folder, aside } = await reopened(root.path, text.slice(0, cut));
        const written = read(path);
        const whole = text.slice(0, cut).split("\n").slice(0, -1);
        expect(written.endsWith('{"next":1}\n')).toBe(true);
        expect(written.split("\n").slice(0, whole.length)).toEqual(whole);
        for (const line of written.split("\n").filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
        const kept = written.replace('{"next":1}\n', "") + aside.map((name) => read(join(folder, name))).join("");
        expect(kept.replaceAll("\n", "")).toBe(text.slice(0, cut).replaceAll("\n", ""));
      }),
      { numRuns: 40 },
    );
  });
});
