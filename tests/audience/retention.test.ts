import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { dropSegments, keptFiles } from "../../src/audience/drop-segments.ts";
import {
  droppedLogsOf,
  droppedPath,
  readDropped,
  readDroppedFile,
  withDropped,
  writeDroppedFile,
} from "../../src/audience/dropped.ts";
import { filesToDrop, type KeptFile } from "../../src/audience/retention.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import { closedFile, segmentName, tornName } from "../../src/telemetry/file-names.ts";
import { SIGNALS } from "../../src/telemetry/otlp.ts";
import { testReceiver, until } from "../support/receiver.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

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
  const files = [young, "logs.jsonl", middle, old].map((name) => ({ name, bytes: 100 }));
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
    const file = fc.record({
      name: fc.oneof(
        fc.constantFrom("logs.jsonl", "masque.jsonl", "logs-2026-01-02T15-04-05.000.jsonl", "notes.txt"),
        fc
          .tuple(fc.constantFrom(...SIGNALS), fc.integer({ min: daysAgo(200), max: NOW + DAY_MS }))
          .map(([signal, unixMs]) => segmentName(signal, unixMs)),
        fc.integer({ min: daysAgo(200), max: NOW }).map((unixMs) => tornName("logs.jsonl", unixMs)),
      ),
      bytes: fc.nat(1_000),
    });
    const rules = fc.record({ retentionBytes: fc.nat(5_000), retentionDays: fc.nat(200), floorMs: fc.nat(DAY_MS) });
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: ({ name }) => name }), rules, (given: readonly KeptFile[], rule) => {
        const drops = filesToDrop(given, rule, NOW);
        const ages = drops.map(({ name }) => NOW - (closedFile(name)?.unixMs ?? Number.NaN));
        expect(ages.every((age) => age >= rule.floorMs)).toBe(true);
        expect([...ages].sort((a, b) => b - a)).toEqual(ages);
        const isTooOld = (age: number) => rule.retentionDays > 0 && age >= rule.retentionDays * DAY_MS;
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
});

function otelWith(files: Readonly<Record<string, string>>) {
  const root = temporaryFolder();
  const paths = { otel: join(root.path, "otel"), audience: join(root.path, "audience") };
  mkdirSync(paths.otel);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(paths.otel, name), text);
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

  test("remembers what it dropped: files, bytes, records, sessions and their times", async () => {
    using here = otelWith(files);
    expect(readDropped(here.paths)).toBeNull();
    await here.drop({ retentionDays: 90 });
    expect(readdirSync(here.paths.otel)).toEqual(["logs.jsonl"]);
    expect(readDropped(here.paths)).toEqual({
      files: { age: 3, size: 0 },
      bytes: [first, second, metrics].reduce((sum, name) => sum + Buffer.byteLength(files[name] ?? ""), 0),
      records: { logs: 3, metrics: 0, traces: 0 },
      sessions: 2,
      sessionIds: ["s-1", "s-2"],
      logSessions: {
        "s-1": { at: new Date(NOW).toISOString(), reason: "age", isJudged: true },
        "s-2": { at: new Date(NOW).toISOString(), reason: "age", isJudged: true },
      },
      unjudged: 0,
      oldest: new Date(daysAgo(101)).toISOString(),
      newest: new Date(daysAgo(96)).toISOString(),
      lastDropped: new Date(NOW).toISOString(),
    });
    expect(here.told[0]).toContain(`dropped "${first}"`);
    expect(here.told[0]).toContain("2 records of 2 sessions), as audience.retentionDays says");
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
    expect(readDropped(here.paths)?.unjudged ?? 0).toBe(0);
  });

  test("drops all the same where the judge cannot read, and says and remembers so, for good", async () => {
    using here = otelWith(files);
    await here.drop({ retentionDays: 97, trouble: "the disk is full" });
    expect(here.told[0]).toContain("its sessions may not be scored any more: the disk is full");
    expect(readdirSync(here.paths.otel).sort()).toEqual([second, "logs.jsonl"]);
    await here.drop({ retentionDays: 90 });
    const dropped = readDropped(here.paths);
    expect(dropped).toMatchObject({ files: { age: 3 }, unjudged: 1 });
    expect(droppedLogsOf(dropped, "s-2")).toMatchObject({ reason: "age", isJudged: false });
    expect(droppedLogsOf(dropped, "s-3")).toBeUndefined();
    expect(droppedLogsOf(dropped, "constructor")).toBeUndefined();
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
    const before = readDropped(here.paths);
    await here.drop({ retentionDays: 97 });
    expect(readDropped(here.paths)).toEqual(before);
    expect(readdirSync(here.paths.otel).sort()).toEqual([second, "logs.jsonl"]);
    await here.drop({ retentionBytes: 1 });
    expect(readDropped(here.paths)).toMatchObject({ files: { age: 2, size: 1 }, sessions: 2, records: { logs: 3 } });
  });

  test.each([
    ["before the file was removed", true],
    ["after the file was removed", false],
  ])("a crash %s is finished by the next look, and counted once", async (_when, isThere) => {
    using here = otelWith(isThere ? files : { [second]: files[second] ?? "", "logs.jsonl": "" });
    const dropping = {
      name: first,
      reason: "age",
      bytes: 7,
      signal: "logs",
      records: 2,
      sessionIds: ["s-1", "s-2"],
      isJudged: true,
      oldest: null,
      newest: null,
      at: "2026-05-31T00:00:00.000Z",
    } as const;
    mkdirSync(here.paths.audience, { recursive: true });
    writeDroppedFile(here.paths, { dropped: null, dropping });
    expect(readDropped(here.paths)).toEqual(withDropped(null, dropping));
    await here.drop({});
    expect(existsSync(join(here.paths.otel, first))).toBe(false);
    expect(existsSync(join(here.paths.otel, second))).toBe(true);
    expect(readDroppedFile(here.paths)).toEqual({ dropped: withDropped(null, dropping), dropping: null });
  });

  test("what it remembers never names a file that is not a closed one of its own", async () => {
    using here = otelWith(files);
    mkdirSync(here.paths.audience, { recursive: true });
    const foreign = {
      name: "../logs.jsonl",
      reason: "age",
      bytes: 0,
      signal: "logs",
      records: 0,
      sessionIds: [],
      isJudged: true,
      oldest: null,
      newest: null,
      at: "x",
    } as const;
    writeFileSync(join(dirname(here.paths.otel), "logs.jsonl"), "somebody's");
    writeDroppedFile(here.paths, { dropped: null, dropping: foreign });
    await here.drop({});
    expect(readFileSync(join(dirname(here.paths.otel), "logs.jsonl"), "utf8")).toBe("somebody's");
  });

  test.each(["", "no json", "{}", '{"dropped":{"files":5},"dropping":null}', '{"dropped":null,"dropping":[]}'])(
    "sets a memory of %j aside, says so, and begins a new one",
    async (text) => {
      using here = otelWith(files);
      mkdirSync(here.paths.audience, { recursive: true });
      writeFileSync(droppedPath(here.paths), text);
      expect(() => readDropped(here.paths)).toThrow(expect.objectContaining({ code: "file.unreadable" }));
      await here.drop({ retentionDays: 97 });
      expect(readDropped(here.paths)).toMatchObject({ files: { age: 2 } });
      const aside = readdirSync(here.paths.audience).find((name) => name.includes("corrupt"));
      expect(readFileSync(join(here.paths.audience, aside ?? ""), "utf8")).toBe(text);
      expect(here.told.join("\n")).toContain("it is now");
    },
  );

  test("drops nothing that it cannot remember", async () => {
    using here = otelWith(files);
    writeFileSync(here.paths.audience, "a file where the folder should be");
    await expect(here.drop({ retentionDays: 90 })).rejects.toThrow();
    expect(readdirSync(here.paths.otel)).toHaveLength(4);
  });

  test("knows nothing of a folder that is not there", async () => {
    using here = otelWith({});
    expect(keptFiles(join(here.paths.otel, "none"))).toEqual([]);
  });
});

test("withDropped() counts a session once, and remembers the latest ids up to its bound", () => {
  const one = (sessionIds: readonly string[]) =>
    ({
      name: "x",
      reason: "size",
      bytes: 1,
      signal: "logs",
      records: 1,
      sessionIds,
      isJudged: true,
      oldest: null,
      newest: null,
      at: "t",
    }) as const;
  const ids = Array.from({ length: 10_001 }, (_, at) => `s-${at}`);
  const dropped = withDropped(withDropped(null, one(ids)), one(["s-10000", "s-new"]));
  expect(dropped.sessions).toBe(10_002);
  expect(dropped.sessionIds).toHaveLength(10_000);
  expect(dropped.sessionIds.at(-1)).toBe("s-new");
  expect(Object.keys(dropped.logSessions)).toHaveLength(10_000);
  expect(droppedLogsOf(dropped, "s-0")).toBeUndefined();
  expect(droppedLogsOf(dropped, "s-new")).toEqual({ at: "t", reason: "size", isJudged: true });
});

test("a running receiver closes segments, drops the old ones and tells of both", async () => {
  const old = segmentName("logs", Date.now() - 100 * DAY_MS);
  await using receiver = await testReceiver(
    (otel) => {
      mkdirSync(otel, { recursive: true });
      writeFileSync(join(otel, old), `${logLine("s-old", daysAgo(100))}\n`);
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
  expect(readDropped({ audience })).toMatchObject({ files: { age: 1 }, sessionIds: ["s-old"] });
  expect(receiver.log.join("\n")).toContain(`dropped "${old}"`);
  expect(existsSync(join(dirname(receiver.otel), "judge", "store.json"))).toBe(true);
});
