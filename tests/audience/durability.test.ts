import { describe, expect } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { activeName, closedFile } from "../../src/telemetry/file-names.ts";
import { faultsOf, postOnOwnConnection, type Sent } from "../support/acknowledged.ts";
import { type KillableReceiver, runReceiver } from "../support/killable-receiver.ts";
import { testWith } from "../support/requirement.ts";
import { readTrace, strace, straceCommand } from "../support/strace.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** What the kernel was asked for, and in which order: the promise of an acknowledgement, seen from outside. */

const testTraced = testWith(strace());
const TRACED_MS_MAX = 60_000;
const CALLS = ["openat", "write", "sendto", "fsync", "fdatasync", "rename"];
const SEGMENT_BYTES = "2000";

const lineOf = (marker: string) =>
  `{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"body":{"stringValue":"${marker}"},"attributes":[{"key":"session.id","value":{"stringValue":"${marker}"}}]}]}]}]}`;

function place() {
  const root = temporaryFolder();
  const data = join(root.path, "data");
  return {
    env: { HOME: root.path, MASQUE_DATA_DIR: data, MASQUE_AUDIENCE_SEGMENT_BYTES: SEGMENT_BYTES },
    otel: join(data, "otel"),
    trace: join(root.path, "trace"),
    [Symbol.dispose]: () => root[Symbol.dispose](),
  };
}

async function urlOf(receiver: KillableReceiver): Promise<string> {
  const url = await receiver.url;
  if (!url) throw new Error(`It does not listen\n${receiver.log()}`);
  return url;
}

/** Every line of every file that a reader takes. */
function linesIn(otel: string): string[] {
  const names = readdirSync(otel).filter((name) => closedFile(name)?.kind === "segment" || name === activeName("logs"));
  return names.flatMap((name) => {
    const text = readFileSync(join(otel, name), "utf8");
    expect(text === "" || text.endsWith("\n")).toBe(true);
    return text.split("\n").slice(0, -1);
  });
}

async function tracedRun(sync: string): Promise<readonly string[]> {
  using here = place();
  const receiver = runReceiver(here.env, { flags: ["--sync", sync], under: straceCommand(here.trace, CALLS) });
  const url = await urlOf(receiver);
  const sent: Sent[] = [];
  for (let wave = 0; wave < 5; wave++) {
    const markers = Array.from({ length: 8 }, (_, at) => `marker-${wave}-${at}.`);
    sent.push(...(await Promise.all(markers.map((marker) => postOnOwnConnection(url, marker, lineOf(marker))))));
  }
  await receiver.end("SIGTERM");
  expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 200));
  expect(linesIn(here.otel).sort()).toEqual(sent.map(({ marker }) => lineOf(marker)).sort());
  expect(readdirSync(here.otel).length).toBeGreaterThan(1);
  return faultsOf(readTrace(here.trace), sent);
}

describe("under strace", () => {
  testTraced(
    "every acknowledgement comes after the fdatasync that covers its line",
    async () => {
      expect(await tracedRun("always")).toEqual([]);
    },
    TRACED_MS_MAX,
  );

  testTraced(
    "the same look finds fault with each acknowledgement when nothing is synced",
    async () => {
      const faults = await tracedRun("off");
      expect(faults).toHaveLength(40);
      for (const fault of faults) expect(fault).toEndWith("its line was not synced before");
    },
    TRACED_MS_MAX,
  );

  testTraced(
    "--sync interval, a word of former versions, is warned about and keeps the promise of always",
    async () => {
      using here = place();
      const flags = ["--sync", "interval"];
      const receiver = runReceiver(here.env, { flags, under: straceCommand(here.trace, CALLS) });
      const sent = await postOnOwnConnection(await urlOf(receiver), "marker-0.", lineOf("marker-0."));
      expect(sent.status).toBe(200);
      await receiver.end("SIGTERM");
      expect(receiver.log()).toContain('--sync: "interval" means "always" now');
      expect(faultsOf(readTrace(here.trace), [sent])).toEqual([]);
    },
    TRACED_MS_MAX,
  );

  testTraced(
    "a segment that cannot be renamed goes on being written, and is closed when it can be",
    async () => {
      using here = place();
      const failing = ["-P", join(here.otel, "logs.jsonl"), "-e", "inject=rename:error=EIO:when=1"];
      const receiver = runReceiver(here.env, { under: straceCommand(here.trace, CALLS, failing) });
      const url = await urlOf(receiver);
      const markers = Array.from({ length: 30 }, (_, at) => `marker-${at}.`);
      for (const marker of markers) expect((await postOnOwnConnection(url, marker, lineOf(marker))).status).toBe(200);
      await receiver.end("SIGTERM");
      expect(receiver.log()).toContain("Cannot close the segment");
      expect(receiver.log()).toContain("closed the segment");
      expect(linesIn(here.otel)).toEqual(expect.arrayContaining(markers.map(lineOf)));
      const texts = readdirSync(here.otel).map((name) => readFileSync(join(here.otel, name), "utf8"));
      expect(texts).not.toContain("");
    },
    TRACED_MS_MAX,
  );

  testTraced(
    "a sync that fails is answered 503, taken back, and never tried again on the same file",
    async () => {
      using here = place();
      // Each thread that syncs meets it once: its first sync.
      const failing = ["-e", "inject=fdatasync:error=EIO:when=1"];
      const receiver = runReceiver(here.env, { under: straceCommand(here.trace, CALLS, failing) });
      const url = await urlOf(receiver);
      const statuses: number[] = [];
      const acknowledged: string[] = [];
      for (let count = 0; count < 20; count++) {
        const { marker, status } = await postOnOwnConnection(url, `marker-${count}.`, lineOf(`marker-${count}.`));
        statuses.push(status);
        if (status === 200) acknowledged.push(lineOf(marker));
      }
      await receiver.end("SIGTERM");
      expect(statuses).toContain(503);
      expect(statuses).toContain(200);
      expect(linesIn(here.otel).sort()).toEqual(acknowledged.sort());
      expect(receiver.log()).toContain("EIO; answering 503 until it works");
      expect(receiver.log()).toContain("writing works again");
      const calls = readTrace(here.trace);
      const failures = calls.filter(({ name, result }) => name === "fdatasync" && result.includes("EIO"));
      expect(failures.length).toBeGreaterThan(0);
      for (const failed of failures) {
        const next = calls.find(
          ({ name, args, began }) =>
            /^(openat|fdatasync)$/.test(name) && args.includes("logs.jsonl") && began > failed.ended,
        );
        expect(next?.name).toBe("openat");
      }
    },
    TRACED_MS_MAX,
  );

  for (const [when, fault] of [
    ["before a segment is renamed", "rename:signal=KILL:when=1"],
    ["after it was renamed, before the new file is made", "openat:signal=KILL:when=2"],
    ["before a line is written", "write:signal=KILL:when=7"],
    ["after a line was written, before it is synced", "fdatasync:signal=KILL:when=3"],
  ] as const) {
    testTraced(
      `a kill ${when} leaves nothing to mend by hand`,
      async () => {
        using here = place();
        const killing = ["-P", join(here.otel, "logs.jsonl"), "-e", `inject=${fault}`];
        const first = runReceiver(here.env, { under: straceCommand(here.trace, CALLS, killing) });
        const url = await urlOf(first);
        const acknowledged: string[] = [];
        for (let count = 0; count < 100; count++) {
          const line = lineOf(`marker-${count}.`);
          const sent = await postOnOwnConnection(url, "", line).catch(() => undefined);
          if (sent?.status !== 200) break;
          acknowledged.push(line);
        }
        await first.gone;
        expect(acknowledged.length).toBeGreaterThan(0);
        expect(acknowledged.length).toBeLessThan(100);
        const second = runReceiver(here.env);
        const last = lineOf("marker-last.");
        expect((await postOnOwnConnection(await urlOf(second), "", last)).status).toBe(200);
        await second.end("SIGTERM");
        const lines = linesIn(here.otel);
        for (const line of lines) expect(line).toMatch(/^\{"resourceLogs".*\}$/);
        expect(lines).toEqual(expect.arrayContaining([...acknowledged, last]));
        expect(new Set(lines).size).toBe(lines.length);
      },
      TRACED_MS_MAX,
    );
  }
});
