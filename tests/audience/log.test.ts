import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { followLog } from "../../src/audience/process/follow-log.ts";
import { lastOfLog, logPath } from "../../src/audience/process/read-log.ts";
import { appendToLog, EMPTIED } from "../../src/audience/process/write-log.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { type Paths, pathsFrom } from "../../src/kernel/paths.ts";
import { until } from "../support/receiver.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { testDeps } from "../support/test-deps.ts";

/** The receiver's own log: written, emptied, shown and followed. */

function place() {
  const folder = temporaryFolder();
  const paths = pathsFrom({ HOME: folder.path });
  mkdirSync(paths.audience, { recursive: true });
  return { paths, log: logPath(paths), [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** Follows until the scope ends. */
function following(paths: Paths, from = 0) {
  const stop = new AbortController();
  const lines: string[] = [];
  const ended = followLog(paths, { from, stop: stop.signal, line: (line) => void lines.push(line) });
  return {
    lines,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

describe("appendToLog()", () => {
  test("makes the log for this user alone, and makes it again when it was deleted", () => {
    using at = place();
    rmSync(at.paths.audience, { recursive: true });
    expect(appendToLog(at.paths, "one")).toBe(true);
    expect(statSync(at.log).mode & 0o777).toBe(0o600);
    rmSync(at.log);
    expect(appendToLog(at.paths, "two")).toBe(true);
    expect(readFileSync(at.log, "utf8")).toBe("two\n");
  });

  test("empties it when it is longer than its limit, and says so in it", () => {
    using at = place();
    const full = `${"x".repeat(LIMITS.audienceLogBytesMax - 1)}\n`;
    writeFileSync(at.log, full);
    appendToLog(at.paths, "the last");
    expect(readFileSync(at.log, "utf8")).toBe(`${full}the last\n`);
    appendToLog(at.paths, "next");
    expect(readFileSync(at.log, "utf8")).toBe(`${EMPTIED}\nnext\n`);
    expect(readdirSync(at.paths.audience)).toEqual(["log"]);
  });

  test("keeps its limit however much is written", () => {
    using at = place();
    const line = "x".repeat(10_000);
    for (let count = 0; count < 250; count++) expect(appendToLog(at.paths, line)).toBe(true);
    expect(statSync(at.log).size).toBeLessThanOrEqual(LIMITS.audienceLogBytesMax + line.length + 1);
    expect(readFileSync(at.log, "utf8")).toEndWith(`${line}\n`);
  });

  test("waits for no pipe in its place, and takes it for no log", async () => {
    using at = place();
    expect(Bun.spawnSync(["mkfifo", at.log]).exitCode).toBe(0);
    expect(appendToLog(at.paths, "one")).toBe(false);
    expect(lastOfLog(at.paths, 5)).toBeUndefined();
    await using follower = following(at.paths);
    rmSync(at.log);
    appendToLog(at.paths, "two");
    await until(() => follower.lines.length === 1);
  });

  test("says so when it cannot, and throws nothing at a receiver that can go on", () => {
    using at = place();
    mkdirSync(at.log);
    expect(appendToLog(at.paths, "one")).toBe(false);
  });
});

describe("lastOfLog()", () => {
  test("is the last lines without one that is still being written", () => {
    using at = place();
    writeFileSync(at.log, "3\n4\nhalf");
    expect(lastOfLog(at.paths, 3)).toEqual({ lines: ["3", "4"], endsAt: 4 });
    expect(lastOfLog(at.paths, 1)).toEqual({ lines: ["4"], endsAt: 4 });
  });

  test("is nothing where there is no log", () => {
    using at = place();
    expect(lastOfLog(at.paths, 3)).toBeUndefined();
  });
});

describe("followLog()", () => {
  test("waits for a log, hands over whole lines as they come, and makes foreign text printable", async () => {
    using at = place();
    await using follower = following(at.paths);
    appendToLog(at.paths, "one");
    await until(() => follower.lines.length === 1);
    appendFileSync(at.log, "two \u001b[2J");
    appendFileSync(at.log, " and its end\nthr");
    await until(() => follower.lines.length === 2);
    appendFileSync(at.log, "ee\n");
    await until(() => follower.lines.length === 3);
    expect(follower.lines).toEqual(["one", "two \\u{1b}[2J and its end", "three"]);
  });

  test("begins where it was asked to", async () => {
    using at = place();
    writeFileSync(at.log, "shown\n");
    await using follower = following(at.paths, "shown\n".length);
    appendToLog(at.paths, "new");
    await until(() => follower.lines.length > 0);
    expect(follower.lines).toEqual(["new"]);
  });

  test("goes on after the log was emptied", async () => {
    using at = place();
    writeFileSync(at.log, `${"x".repeat(LIMITS.audienceLogBytesMax)}\n`);
    await using follower = following(at.paths);
    await until(() => follower.lines.length === 1);
    appendToLog(at.paths, "next");
    await until(() => follower.lines.length === 3);
    expect(follower.lines.slice(1)).toEqual([EMPTIED, "next"]);
  });

  test("goes on through a move and a removal without losing or repeating a line", async () => {
    using at = place();
    await using follower = following(at.paths);
    const said: string[] = [];
    const say = (line: string) => {
      appendToLog(at.paths, line);
      said.push(line);
    };
    say("the file that is held open first");
    await until(() => follower.lines.length === said.length);
    for (let round = 0; round < 5; round++) {
      say(`${round} before`);
      // Written after the last look and before the log is moved: read from the file that is held open.
      renameSync(at.log, `${at.log}.moved`);
      say(`${round} after`);
      await until(() => follower.lines.length === said.length);
    }
    rmSync(at.log);
    say("after removal");
    await until(() => follower.lines.length === said.length);
    expect(follower.lines).toEqual(said);
  });

  test("ends at once when it is asked to", async () => {
    using at = place();
    const stop = AbortSignal.abort();
    await followLog(at.paths, { from: 0, stop, line: () => undefined });
  });
});

test("masque audience logs --follow shows the last lines, then what comes, and works when nothing runs", async () => {
  const stop = new AbortController();
  await using world = testDeps({ stopSignal: stop.signal });
  const ended = world.run("audience", "logs", "--follow", "--lines", "1");
  await until(() => world.stderr().includes("there is no log yet"));
  appendToLog(world.deps.paths, "first");
  await until(() => world.stdout().includes("first\n"));
  stop.abort();
  expect(await ended).toEqual({
    exit: 0,
    stdout: "first\n",
    stderr: "masque: there is no log yet; waiting for a receiver to start\n",
  });
});

test("masque audience logs --follow --json writes a JSON value a line", async () => {
  const stop = new AbortController();
  await using world = testDeps({ stopSignal: stop.signal });
  appendToLog(world.deps.paths, 'an "old" line');
  const ended = world.run("audience", "logs", "-f", "--json");
  appendFileSync(join(world.deps.paths.audience, "log"), "a new\tone\n");
  await until(() => world.stdout().includes("new"));
  stop.abort();
  expect((await ended).stdout).toBe('"an \\"old\\" line"\n"a new one"\n');
});
