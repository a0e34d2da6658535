import { expect, test } from "bun:test";
import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capturedFiles, diskUse, freeBytes } from "../../src/audience/files/captured-files.ts";
import { REFUSAL_CAUSES } from "../../src/audience/outcome.ts";
import type { Health } from "../../src/audience/process/health.ts";
import type { AudienceStatus } from "../../src/audience/process/status.ts";
import { statusText } from "../../src/cli/audience/render-status.ts";
import { sizeText } from "../../src/kernel/text/size-text.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

const NOW = Date.parse("2026-11-22T20:00:00.000Z");

const HEALTH: Health = {
  status: "ok",
  instance: "00000000-0000-4000-8000-000000000001",
  pid: 4711,
  version: "1.2.3",
  since: "2026-11-22T16:30:00.000Z",
  host: "127.0.0.1",
  ports: { http: 4318, grpc: 4317, health: 13_133 },
  otel: "/home/ada/.local/share/masque/otel",
  storage: {
    sync: "always",
    failing: [],
    segments_closed: 2,
    torn_tails: 1,
    last_sync_ms: 1.25,
    waiting: { requests: 3, bytes: 4_096, for_ms: 12.4 },
  },
  rates: { over_seconds: 60, records_per_second: 12.5, bytes_per_second: 20_480 },
  requests: { logs: 40, metrics: 10, traces: 0 },
  records: { logs: 1_234, metrics: 567, traces: 0 },
  refused: 4,
  refused_by_cause: {
    ...(Object.fromEntries(REFUSAL_CAUSES.map((cause) => [cause, 0])) as Health["refused_by_cause"]),
    malformed: 3,
    too_large: 1,
  },
  masque_records: 3,
  records_rejected: 1,
  values_dropped: 2,
  sessions: 5,
  last_received: "2026-11-22T19:59:48.000Z",
};

const RUNNING: AudienceStatus = {
  kind: "running",
  health: HEALTH,
  files: [],
  disk: {
    signals: {
      logs: { bytes: 10 * 1024 * 1024, segments: 2 },
      metrics: { bytes: 1_536, segments: 0 },
      traces: { bytes: 0, segments: 0 },
    },
    torn: { files: 1, bytes: 77 },
    freeBytes: 5 * 1024 ** 3,
  },
  dropped: {
    files: { age: 1, size: 2 },
    bytes: 3_000_000,
    records: { logs: 900, metrics: 100, traces: 0 },
    unjudged: 2,
    oldest: "2026-10-01T00:00:00.000Z",
    newest: "2026-10-02T00:00:00.000Z",
    lastDropped: "2026-11-20T00:00:00.000Z",
  },
  warnings: [],
};

test("statusText() says all that a person may want to know, and what matters only where there is some", () => {
  expect(statusText(RUNNING, { nowUnixMs: NOW, color: false, timeZone: "UTC" })).toMatchInlineSnapshot(`
    "The audience is running (process 4711)
      OTLP/HTTP  http://127.0.0.1:4318
      OTLP/gRPC  http://127.0.0.1:4317
      health     http://127.0.0.1:13133
      writes to  /home/ada/.local/share/masque/otel
      since      16:30 today, 3 hours ago
      sessions   5
      seen       1,234 log records, 567 data points, 0 spans
      last       19:59 today, 12 seconds ago
      rate       12.5 records/s, 20.0 KiB/s
      waiting    3 requests, 4.0 KiB, the oldest for 12 ms; the last sync took 1.25 ms
      ignored    3 records of scope "masque" came from a sender: kept, and never read as a don or doff
      left out   1 record too long, 2 values that could not be read
      not taken  1 too large, 3 malformed
      mended     1 torn end of files
      on disk    10.0 MiB (logs 10.0 MiB, metrics 1.5 KiB), 2 segments; 5.0 GiB free
      set aside  1 torn end of files, 77 bytes, never acknowledged
      dropped    1,000 records, 2.9 MiB, from 1 Oct, 00:00 to 2 Oct, 00:00 (files: 1 too old, 2 for their size; 2 before the judge could read them)
    "
  `);
  const quiet: AudienceStatus = {
    ...RUNNING,
    dropped: null,
    disk: { ...RUNNING.disk, torn: { files: 0, bytes: 0 } },
    health: {
      ...HEALTH,
      refused: 0,
      records_rejected: 0,
      values_dropped: 0,
      masque_records: 0,
      last_received: null,
      storage: { ...HEALTH.storage, torn_tails: 0, last_sync_ms: null, waiting: { requests: 0, bytes: 0, for_ms: 0 } },
    },
  };
  expect(
    statusText(quiet, { nowUnixMs: NOW, color: false, timeZone: "UTC" }).split("\n").slice(7),
  ).toMatchInlineSnapshot(`
    [
      "  seen       1,234 log records, 567 data points, 0 spans",
      "  last       nothing yet",
      "  rate       12.5 records/s, 20.0 KiB/s",
      "  waiting    nothing",
      "  on disk    10.0 MiB (logs 10.0 MiB, metrics 1.5 KiB), 2 segments; 5.0 GiB free",
      "",
    ]
  `);
});

test("statusText() shows in colour that it cannot write", () => {
  const failing: AudienceStatus = {
    ...RUNNING,
    health: { ...HEALTH, status: "failing", storage: { ...HEALTH.storage, failing: ["logs"] } },
  };
  expect(statusText(failing, { nowUnixMs: NOW, color: true })).toStartWith(
    "\u001b[31mThe audience is running, and cannot write logs (process 4711)",
  );
});

test("statusText() says what lies on disk when nothing runs", () => {
  const absent: AudienceStatus = { ...RUNNING, kind: "not-running", health: undefined, dropped: null };
  expect(statusText(absent, { nowUnixMs: NOW, color: false, timeZone: "UTC" })).toMatchInlineSnapshot(`
    "The audience is not running
      on disk    10.0 MiB (logs 10.0 MiB, metrics 1.5 KiB), 2 segments; 5.0 GiB free
      set aside  1 torn end of files, 77 bytes, never acknowledged
    "
  `);
});

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [1_023, "1023 bytes"],
  [1_024, "1.0 KiB"],
  [1_048_575, "1.0 MiB"],
  [5 * 1024 ** 4, "5.0 TiB"],
  [5 * 1024 ** 5, "5120.0 TiB"],
])("sizeText(%d) is %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test("diskUse() sums each signal's file and segments, and what was set aside apart", () => {
  using folder = temporaryFolder();
  const sizes = {
    "logs.jsonl": 10,
    "logs-2026-01-02T15-04-05.678Z.jsonl": 100,
    "logs-2026-01-03T15-04-05.678Z.jsonl": 1_000,
    "logs.jsonl.torn-2026-01-02T15-04-05.678Z": 7,
    "metrics.jsonl": 5,
    "masque.jsonl": 3,
    "logs-2026-01-02T15-04-05.000.jsonl": 50,
    "notes.txt": 9,
  };
  for (const [name, bytes] of Object.entries(sizes)) {
    writeFileSync(join(folder.path, name), "");
    truncateSync(join(folder.path, name), bytes);
  }
  const files = capturedFiles(folder.path);
  expect(files.map(({ name }) => name)).not.toContain("notes.txt");
  expect(diskUse(folder.path, files)).toEqual({
    signals: {
      logs: { bytes: 1_110, segments: 2 },
      metrics: { bytes: 5, segments: 0 },
      traces: { bytes: 0, segments: 0 },
    },
    torn: { files: 1, bytes: 7 },
    freeBytes: expect.any(Number),
  });
});

test("freeBytes() asks the nearest folder that is there", () => {
  using folder = temporaryFolder();
  expect(freeBytes(join(folder.path, "not/yet/there"))).toBeGreaterThan(0);
});

test("status tells what retention dropped, and where it cannot, says so and goes on", async () => {
  await using world = testDeps();
  const { audience } = world.deps.paths;
  mkdirSync(audience, { recursive: true });
  writeFileSync(join(audience, "dropped.jsonl"), "damaged\n");
  expect((await world.run("audience", "status")).stderr).toContain('1 line of "');
  rmSync(join(audience, "dropped.jsonl"));
  mkdirSync(join(audience, "dropped.jsonl"));
  const { exit, stdout, stderr } = await world.run("audience", "status", "--json");
  expect({ exit, ...JSON.parse(stdout) }).toMatchObject({ exit: 3, state: "not-running", dropped: null });
  expect(stderr).toContain("what retention has dropped is not known");
});
