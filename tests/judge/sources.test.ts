import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import { givenSources } from "../../src/judge/given-sources.ts";
import { defaultSources } from "../../src/judge/sources.ts";
import { activeName, segmentName } from "../../src/telemetry/file-names.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** Which files are read, in which order, and that rotation loses none of them while they are. */

const EARLIER = segmentName("logs", Date.UTC(2026, 0, 2));
const LATER = segmentName("logs", Date.UTC(2026, 0, 3));
const COLLECTORS = ["logs-2026-01-01T15-04-05.000.jsonl", "logs-2026-01-02T15-04-05.000-size.jsonl"] as const;

let sequence = 0;
function line(): string {
  const attributes = { "session.id": "s-1", "event.sequence": sequence++, success: "true" };
  return `${hostLine([{ unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes }])}\n`;
}

function folderWith(...names: readonly string[]) {
  const folder = temporaryFolder();
  const otel = join(folder.path, "otel");
  mkdirSync(otel);
  for (const name of names) {
    mkdirSync(dirname(join(otel, name)), { recursive: true });
    writeFileSync(join(otel, name), line());
  }
  const paths = { otel, events: join(otel, "masque.jsonl"), judge: join(otel, "judge") };
  return { ...paths, paths, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("defaultSources()", () => {
  test("names segments before the file that is written to, oldest first, a collector's by their time", () => {
    const oldestFirst = [COLLECTORS[0], EARLIER, COLLECTORS[1], LATER, "logs.jsonl"];
    using here = folderWith(
      ...[...oldestFirst].reverse(),
      "metrics.jsonl",
      segmentName("traces", 0),
      "logs.jsonl.torn-2026-01-02T12-00-00.005Z",
      "masque.jsonl",
    );
    expect(defaultSources(here.paths).logs.map((path) => basename(path))).toEqual(oldestFirst);
  });

  test("names none where nothing was captured", () => {
    using here = folderWith();
    expect(defaultSources({ ...here.paths, otel: join(here.otel, "none") }).logs).toEqual([]);
  });
});

describe("givenSources()", () => {
  test.each(["logs", "claude", "my.telemetry-file"])(
    "reads a collector's rotated files of %j in time order",
    (base) => {
      const oldestFirst = [
        `${base}-2025-12-31T23-59-59.999-time.jsonl`,
        `${base}-2026-01-02T15-04-05.000.jsonl`,
        `${base}-2026-01-02T15-04-05.001-size.jsonl`,
        `${base}.jsonl`,
      ];
      using here = folderWith(...[...oldestFirst].reverse());
      const names = (given: string) => givenSources({ logs: [given] }, here.otel).logs.map((path) => basename(path));
      expect(names(".")).toEqual(oldestFirst);
      expect(names(`${base}*.jsonl`)).toEqual(oldestFirst);
    },
  );

  test("names a file that is given twice once", () => {
    using here = folderWith("logs.jsonl");
    expect(givenSources({ logs: ["logs.jsonl", "."] }, here.otel).logs).toHaveLength(1);
  });

  test("refuses what leads nowhere, and not what goes away later", () => {
    using here = folderWith("logs.jsonl");
    expect(() => givenSources({ logs: ["none.jsonl"] }, here.otel)).toThrow(
      expect.objectContaining({ code: "judge.logs-missing" }),
    );
    const sources = givenSources({ logs: ["*.jsonl"] }, here.otel);
    renameSync(join(here.otel, "logs.jsonl"), join(here.otel, "logs.old"));
    expect(sources.listLogs?.()).toEqual([]);
  });
});

describe("the judge", () => {
  const cache = temporaryFolder();
  const opened = openJudge({ libraries: cache.path, judge: cache.path });
  afterAll(async () => {
    (await opened).close();
    cache[Symbol.dispose]();
  });

  test("reads a file that was closed after the files were listed", async () => {
    using here = folderWith(EARLIER, activeName("logs"));
    const sources = defaultSources(here.paths);
    const active = join(here.otel, activeName("logs"));
    renameSync(active, join(here.otel, LATER));
    writeFileSync(active, line());
    const { eventsRead } = await (await opened).score({ kind: "all" }, sources);
    expect(eventsRead).toBe(3);
  });

  test("counts what it read under both names once", async () => {
    using here = folderWith(activeName("logs"));
    const sources = defaultSources(here.paths);
    writeFileSync(join(here.otel, LATER), readFileSync(join(here.otel, activeName("logs"))));
    const { scorecards } = await (await opened).score({ kind: "all" }, sources);
    expect(scorecards[0]?.stats.total_tools).toBe(1);
  });
});
