import { describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { dropSegments, keptFiles } from "../../src/audience/files/drop-segments.ts";
import { type DroppedLine, parseLedger, sumOf } from "../../src/audience/files/dropped.ts";
import { droppedPath, enterDropped, readLedger } from "../../src/audience/files/dropped-file.ts";
import { filesToDrop, isMostOf, type KeptFile } from "../../src/audience/files/retention.ts";
import { SecondLook } from "../../src/audience/files/second-look.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { closedFile, segmentName, tornName } from "../../src/telemetry/file-names.ts";
import { SIGNALS } from "../../src/telemetry/signal.ts";
import { testReceiver, until } from "../support/receiver.ts";
import { testWith } from "../support/requirement.ts";
import { mounting, smallDisk } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

const testMounted = testWith(mounting());
const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RULE = { retentionBytes: 0, retentionDays: 0, floorMs: HOUR_MS };
const clock: Clock = { nowUnixNano: () => BigInt(NOW) * 1_000_000n };
const daysAgo = (days: number) => NOW - days * DAY_MS;

const logLine = (session: string, unixMs: number) =>
  JSON.stringify({
    resourceLogs: [
      {
        resource: {},
        scopeLogs: [
          {
            scope: {},
            logRecords: [
              {
                timeUnixNano: `${unixMs}000000`,
                body: { stringValue: "U+2028 \u2028 parts no lines" },
                attributes: [{ key: "session.id", value: { stringValue: session } }],
              },
            ],
          },
        ],
      },
    ],
  });

describe("filesToDrop()", () => {
  const old = segmentName("logs", daysAgo(91));
  const middle = segmentName("traces", daysAgo(50));
  const young = segmentName("logs", NOW - HOUR_MS / 2);
  const dated = (name: string, bytes = 100) => ({ name, bytes, modifiedMs: closedFile(name)?.unixMs ?? NOW });
  const files = [young, "logs.jsonl", middle, old].map((name) => dated(name));
  const names = (rule: Partial<typeof RULE>) => filesToDrop(files, { ...RULE, ...rule }, NOW).map(({ name }) => name);

  test.each([
    ["keeps everything where nothing is bounded", {}, []],
    ["drops what is too old", { retentionDays: 90 }, [old]],
    ["drops the oldest until the rest is little enough", { retentionBytes: 300 }, [old]],
    ["counts the file that is written to, and never drops it", { retentionBytes: 200 }, [old, middle]],
    ["never drops what was closed within the floor", { retentionBytes: 1 }, [old, middle]],
    ["takes both bounds together", { retentionBytes: 250, retentionDays: 90 }, [old, middle]],
  ] as const)("%s", (_what, rule, expected) => {
    expect(names(rule)).toEqual([...expected]);
  });

  test("drops oldest first, no more than it must, and only what masque closed itself", () => {
    const file = fc
      .record({
        name: fc.oneof(
          fc.constantFrom("logs.jsonl", "masque.jsonl", "logs-2026-01-02T15-04-05.000.jsonl", "notes.txt"),
          fc
            .tuple(fc.constantFrom(...SIGNALS), fc.integer({ min: daysAgo(200), max: NOW + DAY_MS }))
            .map(([signal, unixMs]) => segmentName(signal, unixMs)),
          fc.integer({ min: daysAgo(200), max: NOW }).map((unixMs) => tornName("logs.jsonl", unixMs)),
        ),
        bytes: fc.nat(1_000),
      })
      .map(({ name, bytes }) => dated(name, bytes));
    const rules = fc.record({ retentionBytes: fc.nat(5_000), retentionDays: fc.nat(200), floorMs: fc.nat(DAY_MS) });
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ({ name }) => name }), rules, (given: readonly KeptFile[], rule) => {
        const drops = filesToDrop(given, rule, NOW);
        const ages = drops.map(({ name }) => NOW - (closedFile(name)?.unixMs ?? Number.NaN));
        expect(ages.every((age) => age >= rule.floorMs)).toBe(true);
        expect([...ages].sort((a, b) => b - a)).toEqual(ages);
        const shown = Math.min(NOW, ...[Math.max(0, ...given.map(({ modifiedMs }) => modifiedMs))]);
        const isTooOld = (age: number) => rule.retentionDays > 0 && age - (NOW - shown) >= rule.retentionDays * DAY_MS;
        const total = given.reduce((sum, { bytes }) => sum + bytes, 0);
        let kept = total;
        for (const [at, { bytes, reason }] of drops.entries()) {
          expect(reason).toBe(isTooOld(ages[at] ?? 0) ? "age" : "size");
          if (reason === "size") expect(kept).toBeGreaterThan(rule.retentionBytes);
          kept -= bytes;
        }
      }),
    );
  });

  test.each([
    ["by a month", 30 * DAY_MS],
    ["by a hundred years", 36_500 * DAY_MS],
  ])("a clock that jumps forward %s makes no file old that no later file shows to be", (_how, jumpMs) => {
    expect(filesToDrop(files, { ...RULE, retentionDays: 92 }, NOW + jumpMs)).toEqual([]);
    const later = [...files, { name: "metrics.jsonl", bytes: 1, modifiedMs: NOW + 2 * DAY_MS }];
    const drops = filesToDrop(later, { ...RULE, retentionDays: 92 }, NOW + jumpMs);
    expect(drops.map(({ name }) => name)).toEqual([old]);
  });

  test("a clock that was put back drops nothing for age, and still keeps the bound on size", () => {
    for (const nowMs of [0, NOW - 30 * DAY_MS]) {
      expect(filesToDrop(files, { ...RULE, retentionDays: 1 }, nowMs).filter(({ name }) => name !== old)).toEqual([]);
      const names = filesToDrop(files, { ...RULE, retentionBytes: 100 }, nowMs).map(({ name }) => name);
      expect(names.length).toBeGreaterThanOrEqual(2);
    }
  });

  test("a name or a last write in the future keeps no other file, and goes first when there is too much", () => {
    const future = segmentName("logs", Date.UTC(2099, 0));
    const planted = dated(future);
    expect(filesToDrop([planted, ...files], { ...RULE, retentionDays: 90 }, NOW).map(({ name }) => name)).toEqual([
      old,
    ]);
    const names = filesToDrop([planted, ...files], { ...RULE, retentionBytes: 300 }, NOW).map(({ name }) => name);
    expect(names).toEqual([future, old]);
  });

  test("a file that was written to lately is not old, whatever its name says", () => {
    const copied = { ...dated(old), modifiedMs: NOW - 2 * HOUR_MS };
    expect(filesToDrop([copied, dated("logs.jsonl")], { ...RULE, retentionDays: 90 }, NOW)).toEqual([]);
    expect(filesToDrop([copied], { ...RULE, retentionBytes: 1 }, NOW)).toHaveLength(1);
  });
});

describe("SecondLook", () => {
  const names = [100, 99, 98, 10].map((days) => segmentName("logs", daysAgo(days)));
  const files = [...names, "logs.jsonl"].map((name) => ({
    name,
    bytes: 100,
    modifiedMs: closedFile(name)?.unixMs ?? NOW,
  }));
  const rule = { ...RULE, retentionDays: 90 };
  const looks = (...at: readonly (readonly [minute: number, days: number])[]) => {
    let minute = 0;
    const look = new SecondLook(() => minute * 60_000);
    return at.map(([when, days]) => {
      minute = when;
      const { drops, beginsToWait } = look.allow(files, { ...rule, retentionDays: days }, NOW);
      return `${drops.length}${beginsToWait ? " begins to wait" : ""}`;
    });
  };

  test("waits an hour before more than half of all closed files go for their age", () => {
    expect(isMostOf(files.slice(0, 3), files)).toBe(true);
    expect(isMostOf(files.slice(0, 2), files)).toBe(false);
    expect(looks([0, 90], [1, 90], [59, 90], [60, 90])).toEqual(["0 begins to wait", "0", "0", "3"]);
  });

  test("begins again where it was not so in between, and does not wait for half", () => {
    expect(looks([0, 90], [30, 200], [60, 90], [119, 90], [120, 90])).toEqual([
      "0 begins to wait",
      "0",
      "0 begins to wait",
      "0",
      "3",
    ]);
    expect(looks([0, 98.5])).toEqual(["2"]);
  });

  test("does not keep the bound on size waiting", () => {
    const look = new SecondLook(() => 0);
    expect(look.allow(files, { ...rule, retentionBytes: 300 }, NOW).drops).toMatchObject([
      { name: names[0], reason: "size" },
      { name: names[1], reason: "size" },
    ]);
  });
});

/** A file that was last written when its name says that it was closed. */
function writeDated(path: string, text: string): void {
  writeFileSync(path, text);
  const at = new Date(closedFile(path.slice(path.lastIndexOf("/") + 1))?.unixMs ?? NOW);
  utimesSync(path, at, at);
}

/** A look for the second time, an hour after the first. */
const lookedAtTwice = () => {
  let nowMs = 0;
  const step = LIMITS.retentionSecondLookMs;
  const look = new SecondLook(() => {
    nowMs += step;
    return nowMs;
  });
  return look;
};

function otelWith(files: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  const otel = join(root.path, "otel");
  const paths = { otel, audience: join(root.path, "audience"), events: join(otel, "masque.jsonl") };
  mkdirSync(paths.otel);
  for (const [name, text] of Object.entries(files)) writeDated(join(paths.otel, name), text);
  const told: string[] = [];
  const broughtIn: (readonly string[])[] = [];
  const stopping = new AbortController();
  type Drop = { retentionBytes?: number; retentionDays?: number; trouble?: string; isStopped?: boolean };
  const drop = ({ trouble, isStopped, ...keeping }: Drop) =>
    dropSegments(
      {
        paths,
        clock,
        keeping: { retentionBytes: 0, retentionDays: 0, ...keeping },
        secondLook: lookedAtTwice(),
        say: (line) => void told.push(line),
        bringIn: async () => {
          broughtIn.push(readdirSync(paths.otel).sort());
          if (isStopped) stopping.abort();
          return trouble;
        },
      },
      stopping.signal,
    );
  return { paths, told, broughtIn, drop, [Symbol.dispose]: () => root[Symbol.dispose]() };
}

describe("dropSegments()", () => {
  const first = segmentName("logs", daysAgo(100));
  const second = segmentName("logs", daysAgo(95));
  const metrics = segmentName("metrics", daysAgo(99));
  const files = {
    [first]: `${logLine("s-1", daysAgo(101))}\n${logLine("s-2", daysAgo(100.5))}\nno line of ours\n`,
    [second]: `${logLine("s-2", daysAgo(96))}\n`,
    [metrics]: '{"resourceMetrics":[]}\n',
    "logs.jsonl": `${logLine("s-3", NOW)}\n`,
  };

  const ledgerOf = ({ paths }: Pick<ReturnType<typeof otelWith>, "paths">) => readLedger(paths);
  const droppedAs = (here: Pick<ReturnType<typeof otelWith>, "paths">) => sumOf(ledgerOf(here));

  test("remembers what it dropped, a line a file: name, bytes, records and their times, and no id", async () => {
    using here = otelWith(files);
    expect(droppedAs(here)).toBeNull();
    await here.drop({ retentionDays: 90 });
    expect(readdirSync(here.paths.otel)).toEqual(["logs.jsonl"]);
    const line = (name: string, more: Partial<DroppedLine>) => ({
      name,
      signal: "logs",
      reason: "age",
      bytes: Buffer.byteLength(files[name] ?? ""),
      isJudged: true,
      at: new Date(NOW).toISOString(),
      ...more,
    });
    const iso = (days: number) => new Date(daysAgo(days)).toISOString();
    expect(ledgerOf(here)).toEqual({
      before: null,
      unread: 0,
      lines: [
        line(first, { records: 2, oldest: iso(101), newest: iso(100.5) }),
        line(metrics, { signal: "metrics", records: 0, oldest: null, newest: null }),
        line(second, { records: 1, oldest: iso(96), newest: iso(96) }),
      ] as DroppedLine[],
    });
    expect(droppedAs(here)).toEqual({
      files: { age: 3, size: 0 },
      bytes: [first, second, metrics].reduce((sum, name) => sum + Buffer.byteLength(files[name] ?? ""), 0),
      records: { logs: 3, metrics: 0, traces: 0 },
      unjudged: 0,
      oldest: new Date(daysAgo(101)).toISOString(),
      newest: new Date(daysAgo(96)).toISOString(),
      lastDropped: new Date(NOW).toISOString(),
    });
    expect(readFileSync(droppedPath(here.paths), "utf8")).not.toContain("s-1");
    expect(here.told[0]).toContain(`dropped "${first}"`);
    expect(here.told[0]).toContain("2 records), as audience.retentionDays says");
  });

  test.each([
    ["one record with a session id of 5 MiB", `${logLine("x".repeat(5 * 1024 * 1024), daysAgo(101))}\n`],
    ["60,000 sessions", Array.from({ length: 60_000 }, (_, at) => `${logLine(`s-${at}`, daysAgo(101))}\n`).join("")],
  ])("is stopped by no content of a file: %s", async (_what, text) => {
    using here = otelWith({ ...files, [first]: text });
    for (let minute = 0; minute < 3; minute++) await here.drop({ retentionDays: 90 });
    expect(readdirSync(here.paths.otel)).toEqual(["logs.jsonl"]);
    expect(readdirSync(here.paths.audience)).toEqual(["dropped.jsonl"]);
    expect(statSync(droppedPath(here.paths)).size).toBeLessThan(2_000);
    expect(droppedAs(here)).toMatchObject({ files: { age: 3 } });
  });

  test("a segment's times are those of its records, but for what no clock can have said", async () => {
    const times = [0, daysAgo(101), NOW * 2, daysAgo(100.5)];
    using here = otelWith({ [first]: times.map((unixMs) => `${logLine("s", unixMs)}\n`).join(""), "logs.jsonl": "" });
    await here.drop({ retentionDays: 90 });
    expect(ledgerOf(here).lines).toMatchObject([
      { records: 4, oldest: new Date(daysAgo(101)).toISOString(), newest: new Date(daysAgo(100.5)).toISOString() },
    ]);
  });

  test("has the judge read everything once, before the first file of logs goes", async () => {
    using here = otelWith(files);
    await here.drop({ retentionDays: 90 });
    expect(here.broughtIn).toEqual([[first, metrics, second, "logs.jsonl"].sort()]);
    await here.drop({ retentionDays: 90 });
    expect(here.broughtIn).toHaveLength(1);
  });

  test.each([
    ["no file is due", { [second]: "" }, {}],
    ["only other signals go", { [metrics]: "" }, { retentionDays: 90 }],
    ["only what a crash left goes", { [tornName("logs.jsonl", daysAgo(99))]: "torn" }, { retentionDays: 90 }],
  ])("leaves the judge alone where %s", async (_when, lying, keeping) => {
    using here = otelWith(lying);
    await here.drop(keeping);
    expect(here.broughtIn).toEqual([]);
    expect(droppedAs(here)?.unjudged ?? 0).toBe(0);
  });

  test("drops all the same where the judge cannot read, and says and remembers so, for good", async () => {
    using here = otelWith(files);
    await here.drop({ retentionDays: 97, trouble: "the disk is full" });
    expect(here.told[0]).toContain("its sessions may not be scored any more: the disk is full");
    expect(readdirSync(here.paths.otel).sort()).toEqual([second, "logs.jsonl"]);
    await here.drop({ retentionDays: 90 });
    expect(droppedAs(here)).toMatchObject({ files: { age: 3 }, unjudged: 1 });
    expect(ledgerOf(here).lines).toMatchObject([
      { name: first, isJudged: false },
      { name: metrics, isJudged: true },
      { name: second, isJudged: true },
    ]);
  });

  test("drops nothing when the receiver is stopped while the judge reads", async () => {
    using here = otelWith(files);
    await here.drop({ retentionDays: 90, trouble: "it was ended", isStopped: true });
    expect(readdirSync(here.paths.otel)).toHaveLength(4);
    expect(here.told).toEqual([]);
  });

  test("drops nothing twice, and nothing more when nothing is due", async () => {
    using here = otelWith(files);
    await here.drop({ retentionDays: 97 });
    const before = ledgerOf(here);
    await here.drop({ retentionDays: 97 });
    expect(ledgerOf(here)).toEqual(before);
    expect(readdirSync(here.paths.otel).sort()).toEqual([second, "logs.jsonl"]);
    await here.drop({ retentionBytes: 1 });
    expect(droppedAs(here)).toMatchObject({ files: { age: 2, size: 1 }, records: { logs: 3 } });
  });

  const LINE: DroppedLine = {
    name: first,
    signal: "logs",
    reason: "age",
    bytes: 7,
    records: 2,
    oldest: null,
    newest: null,
    isJudged: true,
    at: "2026-05-31T00:00:00.000Z",
  };

  test("a crash after a file was entered is finished by the next look, and counted once", async () => {
    using here = otelWith(files);
    enterDropped(here.paths, { ...LINE, bytes: Buffer.byteLength(files[first] ?? "") });
    await here.drop({ retentionDays: 90 });
    expect(readdirSync(here.paths.otel)).toEqual(["logs.jsonl"]);
    expect(droppedAs(here)).toMatchObject({ files: { age: 3, size: 0 }, records: { logs: 3 } });
  });

  test("a line that a crash tore is passed over, and spoils no other", async () => {
    using here = otelWith(files);
    enterDropped(here.paths, LINE);
    truncateSync(droppedPath(here.paths), statSync(droppedPath(here.paths)).size - 20);
    await here.drop({ retentionDays: 90 });
    expect(droppedAs(here)).toMatchObject({ files: { age: 3, size: 0 } });
  });

  const inTheWay: readonly (readonly [string, (path: string) => void])[] = [
    ["nothing that was written by masque", (path) => writeFileSync(path, "no json\n{}\n[]\n\0\n")],
    ["a line of 2 MB", (path) => writeFileSync(path, `${"x".repeat(2_000_000)}\n`)],
    ["a file of 100 MB", (path) => writeFileSync(path, Buffer.alloc(100_000_000))],
    ["a folder", (path) => mkdirSync(join(path, "inside"), { recursive: true })],
    ["a pipe", (path) => void Bun.spawnSync(["mkfifo", path])],
    ["a link to nothing", (path) => symlinkSync("nowhere/at/all", path)],
    ["a link to a device", (path) => symlinkSync("/dev/zero", path)],
  ];
  test.each(inTheWay)("is stopped by no ledger: %s", async (_what, make) => {
    using here = otelWith(files);
    mkdirSync(here.paths.audience);
    make(droppedPath(here.paths));
    for (let minute = 0; minute < 3; minute++) await here.drop({ retentionDays: 97 });
    expect(readdirSync(here.paths.otel).sort()).toEqual([second, "logs.jsonl"]);
    expect(droppedAs(here)).toMatchObject({ files: { age: 2 } });
    expect(readdirSync(here.paths.audience).length).toBeLessThanOrEqual(2);
  });

  test("what is named like a segment and is none is neither waited for nor followed", async () => {
    using here = otelWith(files);
    const nameOf = (days: number) => join(here.paths.otel, segmentName("logs", daysAgo(days)));
    mkdirSync(join(nameOf(110), "inside"), { recursive: true });
    expect(Bun.spawnSync(["mkfifo", nameOf(111)]).exitCode).toBe(0);
    symlinkSync("/dev/zero", nameOf(112));
    symlinkSync("nowhere", nameOf(113));
    const theirs = join(dirname(here.paths.otel), "theirs");
    writeDated(theirs, "somebody's");
    utimesSync(theirs, new Date(daysAgo(114)), new Date(daysAgo(114)));
    symlinkSync(theirs, nameOf(114));
    symlinkSync(basename(nameOf(115)), nameOf(115));
    await here.drop({ retentionDays: 90 });
    expect(readFileSync(theirs, "utf8")).toBe("somebody's");
    expect(ledgerOf(here).lines.map(({ name }) => name)).toEqual(expect.arrayContaining([first, metrics, second]));
    expect(existsSync(join(nameOf(110), "inside"))).toBe(true);
  });

  test("drops what it cannot enter all the same, and says so", async () => {
    using here = otelWith(files);
    writeFileSync(here.paths.audience, "a file where the folder should be");
    await here.drop({ retentionDays: 90 });
    expect(readdirSync(here.paths.otel)).toEqual(["logs.jsonl"]);
    expect(here.told.filter((line) => line.includes("nothing but this line remembers it"))).toHaveLength(3);
  });

  test("the ledger keeps its bound, its sums and its latest lines, however much is dropped", async () => {
    using here = otelWith(files);
    mkdirSync(here.paths.audience, { recursive: true });
    const many = 6_000;
    const text = Array.from({ length: many }, (_, at) =>
      JSON.stringify({ ...LINE, name: segmentName("logs", daysAgo(900) + at), oldest: "2024-01-01T00:00:00.000Z" }),
    );
    writeFileSync(droppedPath(here.paths), `${text.join("\n")}\n`);
    expect(statSync(droppedPath(here.paths)).size).toBeGreaterThan(LIMITS.droppedFileBytesMax);
    await here.drop({ retentionDays: 90 });
    expect(statSync(droppedPath(here.paths)).size).toBeLessThan(LIMITS.droppedFileBytesMax);
    const { before, lines } = ledgerOf(here);
    expect(before).toMatchObject({ files: { age: many / 2 }, bytes: 7 * (many / 2) });
    expect(lines).toHaveLength(many / 2 + 3);
    expect(droppedAs(here)).toMatchObject({ files: { age: many + 3 }, oldest: "2024-01-01T00:00:00.000Z" });
  });

  const FORMER = {
    version: 1,
    dropped: {
      files: { age: 2, size: 3 },
      bytes: 1_000,
      records: { logs: 7, metrics: 0, traces: 0 },
      sessions: 1,
      sessionIds: ["s-former"],
      logSessions: { "s-former": { at: "2026-05-01T00:00:00.000Z", reason: "size", isJudged: false } },
      unjudged: 1,
      oldest: "2026-01-01T00:00:00.000Z",
      newest: "2026-02-01T00:00:00.000Z",
      lastDropped: "2026-05-01T00:00:00.000Z",
    },
    dropping: null,
  };

  test("takes over the memory of former versions once, without its ids, and the copies that a fault made", async () => {
    using here = otelWith(files);
    mkdirSync(here.paths.audience);
    const former = join(here.paths.audience, "dropped.json");
    writeFileSync(former, JSON.stringify(FORMER));
    for (const at of [1, 2, 3]) writeFileSync(`${former}.corrupt-${at}`, Buffer.alloc(1_000));
    expect(droppedAs(here)).toMatchObject({ files: { age: 2, size: 3 }, bytes: 1_000, unjudged: 1 });
    await here.drop({ retentionDays: 97 });
    expect(readdirSync(here.paths.audience)).toEqual(["dropped.jsonl"]);
    expect(readFileSync(droppedPath(here.paths), "utf8")).not.toContain("s-former");
    expect(droppedAs(here)).toMatchObject({ files: { age: 4, size: 3 }, oldest: "2026-01-01T00:00:00.000Z" });
    // As where a crash came before it was removed.
    writeFileSync(former, JSON.stringify(FORMER));
    await here.drop({ retentionDays: 90 });
    expect(droppedAs(here)).toMatchObject({ files: { age: 5, size: 3 } });
  });

  test.each(["", "no json", "{}", '{"dropped":{"files":5},"dropping":null}', "x".repeat(20_000_000)])(
    "sets a former memory aside that cannot be read, once (%#)",
    async (text) => {
      using here = otelWith(files);
      mkdirSync(here.paths.audience);
      writeFileSync(join(here.paths.audience, "dropped.json"), text);
      for (let minute = 0; minute < 3; minute++) await here.drop({ retentionDays: 97 });
      expect(readdirSync(here.paths.audience).sort()).toEqual(["dropped.json.unreadable", "dropped.jsonl"]);
      expect(readFileSync(join(here.paths.audience, "dropped.json.unreadable"), "utf8")).toBe(text);
      expect(droppedAs(here)).toMatchObject({ files: { age: 2 } });
    },
  );

  test("knows nothing of a folder that is not there", async () => {
    using here = otelWith({});
    expect(keptFiles({ ...here.paths, otel: join(here.paths.otel, "none") })).toEqual([]);
  });
});

testMounted(
  "a disk that is really full is freed, and what freed it is entered once there is room",
  async () => {
    using root = temporaryFolder();
    const data = join(root.path, "data");
    using disk = smallDisk(data, 1024 * 1024);
    const otel = join(data, "otel");
    const paths = { otel, audience: join(data, "audience"), events: join(otel, "masque.jsonl") };
    mkdirSync(otel);
    mkdirSync(paths.audience);
    const [old, young] = [segmentName("logs", daysAgo(100)), segmentName("logs", daysAgo(1))];
    writeDated(join(otel, old), `${logLine("s", daysAgo(101))}\n`.repeat(1_000));
    writeDated(join(otel, young), "\n".repeat(400_000));
    writeDated(join(otel, "logs.jsonl"), "");
    const filler = openSync(join(disk.path, "filler"), "w");
    expect(() => writeFileSync(filler, Buffer.alloc(2 * 1024 * 1024))).toThrow("ENOSPC");
    closeSync(filler);
    const told: string[] = [];
    const world = { paths, clock, keeping: { retentionBytes: 0, retentionDays: 90 }, secondLook: lookedAtTwice() };
    const more = { bringIn: async () => undefined, say: (line: string) => void told.push(line) };
    await dropSegments({ ...world, ...more }, new AbortController().signal);
    expect(existsSync(join(otel, old))).toBe(false);
    expect(told).toHaveLength(1);
    expect(told[0]).toEndWith("as audience.retentionDays says");
    expect(readLedger(paths).lines).toMatchObject([{ name: old, records: 1_000 }]);
  },
  20_000,
);

test("parseLedger() takes what it is given for what it is, and never fails", () => {
  const row = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ total: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    fc.record({ name: fc.string(), bytes: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const { before, lines, unread } = parseLedger(rows.join("\n"));
      expect({ before, lines }).toEqual({ before: null, lines: [] });
      expect(unread).toBe(rows.flatMap((text) => text.split("\n")).filter(Boolean).length);
    }),
  );
});

test("a running receiver closes segments, drops the old ones and reports both", async () => {
  const old = segmentName("logs", Date.now() - 100 * DAY_MS);
  await using receiver = await testReceiver(
    (otel) => {
      mkdirSync(otel, { recursive: true });
      const day = (days: number) => Date.now() - days * DAY_MS;
      for (const [name, unixMs] of [
        [old, day(100)],
        [segmentName("logs", day(1)), day(1)],
      ] as const) {
        writeFileSync(join(otel, name), `${logLine("s-old", unixMs)}\n`);
        utimesSync(join(otel, name), new Date(unixMs), new Date(unixMs));
      }
    },
    "",
    { segmentBytes: 1_000 },
  );
  await until(() => !existsSync(join(receiver.otel, old)));
  for (let count = 0; count < 10; count++) {
    expect((await receiver.post("/v1/logs", logLine("s-1", NOW))).status).toBe(200);
  }
  const health = await (await fetch(`http://127.0.0.1:${receiver.health.ports.health}/`)).json();
  expect(health).toMatchObject({ storage: { sync: "always", segments_closed: 2, torn_tails: 0 } });
  const audience = join(dirname(receiver.otel), "audience");
  expect(sumOf(readLedger({ audience }))).toMatchObject({ files: { age: 1 }, records: { logs: 1 } });
  expect(receiver.log.join("\n")).toContain(`dropped "${old}"`);
  expect(existsSync(join(dirname(receiver.otel), "judge", "store.json"))).toBe(true);
});
