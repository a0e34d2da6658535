import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import type { JudgeProgress } from "../../src/judge/port.ts";
import { defaultSources } from "../../src/judge/sources.ts";
import { segmentName } from "../../src/telemetry/file-names.ts";
import { historyPaths } from "../support/judge-process.ts";
import { hostLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

type Reading = Extract<JudgeProgress, { doing: "reading" }>;

/** Bringing the store up to date by itself: `masque judge --update`, and what it says of how far it has come. */

let sequence = 0;
function work(session: string): string {
  const attributes = { "session.id": session, "event.sequence": sequence++, success: "true" };
  return `${hostLine([{ unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes }])}\n`;
}

describe("masque judge --update", () => {
  test("takes in a few lines of the file that is written to, and prints nothing", async () => {
    await using world = testDeps();
    const { otel, judge } = world.deps.paths;
    mkdirSync(otel, { recursive: true });
    writeFileSync(join(otel, "logs.jsonl"), work("s-1") + work("s-2"));
    expect(await world.run("judge", "--update")).toEqual({ exit: 0, stdout: "", stderr: "" });
    expect(existsSync(join(judge, "store.json"))).toBe(true);
    const before = await world.run("judge", "--all", "--json");
    rmSync(join(otel, "logs.jsonl"));
    expect(await world.run("judge", "--all", "--json")).toEqual(before);
    expect(JSON.parse(before.stdout)).toHaveLength(2);
  });

  test("has nothing to do where nothing was captured", async () => {
    await using world = testDeps();
    expect(await world.run("judge", "--update", "--quiet")).toEqual({ exit: 0, stdout: "", stderr: "" });
  });

  test("fails where the store cannot be written, for nothing else is asked of it", async () => {
    await using world = testDeps();
    const { otel, judge } = world.deps.paths;
    mkdirSync(otel, { recursive: true });
    writeFileSync(join(otel, "logs.jsonl"), work("s-1"));
    writeFileSync(judge, "a file where the folder should be");
    const { exit, stdout, stderr } = await world.run("judge", "--update");
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toContain(judge);
  });

  test.each([
    [["--session", "s-1"], "--session"],
    [["--all"], "--all"],
    [["--rebuild"], "--rebuild"],
    [["--json"], "--json"],
    [["--min-composite", "5"], "--min-composite"],
    [["--logs", "."], "--logs"],
  ])("refuses %j beside it", async (argv, named) => {
    await using world = testDeps();
    const { exit, stderr } = await world.run("judge", "--update", ...argv);
    expect(exit).toBe(2);
    expect(stderr).toContain(`--update and ${named} exclude each other`);
  });
});

describe("progress", () => {
  /** More than one step of reading, in two files. */
  function history(root: string) {
    const paths = historyPaths(root);
    mkdirSync(paths.otel);
    const bytes = [segmentName("logs", 1_000), "logs.jsonl"].map((name) => {
      const text = Array.from({ length: 20_000 }, () => work("s-1")).join("");
      writeFileSync(join(paths.otel, name), text);
      return text.length;
    });
    return { paths, bytes: bytes.reduce((sum, one) => sum + one, 0) };
  }

  test.each(["rebuild", "update"] as const)(
    "of %s is out of all that is to be read, from its first step",
    async (how) => {
      using folder = temporaryFolder();
      const { paths, bytes } = history(folder.path);
      const judge = await openJudge(paths);
      try {
        const told: Reading[] = [];
        await judge[how](defaultSources(paths), {
          onProgress: (progress) => void (progress.doing === "reading" && told.push(progress)),
        });
        expect(told.length).toBeGreaterThan(1);
        expect(new Set(told.map(({ bytesTotal }) => bytesTotal))).toEqual(new Set([bytes]));
        const read = told.map(({ bytesRead }) => bytesRead);
        expect(read).toEqual([...read].sort((a, b) => a - b));
        expect(read.at(-1)).toBe(bytes);
      } finally {
        judge.close();
      }
    },
  );

  test("of a second update is out of what is new", async () => {
    using folder = temporaryFolder();
    const { paths } = history(folder.path);
    const judge = await openJudge(paths);
    try {
      await judge.update(defaultSources(paths));
      const more = work("s-2");
      writeFileSync(join(paths.otel, "logs.jsonl"), more, { flag: "a" });
      const told: Reading[] = [];
      await judge.update(defaultSources(paths), {
        onProgress: (progress) => void (progress.doing === "reading" && told.push(progress)),
      });
      expect(told).toEqual([{ doing: "reading", bytesRead: more.length, bytesTotal: more.length }]);
    } finally {
      judge.close();
    }
  });
});
