import { describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { tryFlock } from "../../src/audience/flock/flock.ts";
import { folderHolder } from "../../src/audience/process/folder-holder.ts";
import { FolderLock } from "../../src/audience/process/folder-lock.ts";
import { type KillableReceiver, runReceiver } from "../support/killable-receiver.ts";
import { until } from "../support/receiver.ts";
import { temporaryFolder } from "../support/temp-folder.ts";
import { type Terminal, terminal } from "../support/terminal.ts";

/** A data folder has one receiver, whatever becomes of the files by which the receiver is found. */

const RUN_MS_MAX = 60_000;
const FREE = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"] as const;
const RACES = 10;

const lineOf = (marker: string) =>
  `{"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{},"logRecords":[{"body":{"stringValue":"${marker}"}}]}]}]}`;

const audienceOf = (me: Terminal) => join(me.otel, "..", "audience");

async function listening(receiver: KillableReceiver): Promise<string> {
  const url = await receiver.url;
  if (!url) throw new Error(`It does not listen\n${receiver.log()}`);
  return url;
}

/** Sends lines one after another until stopped, and remembers those that were acknowledged. */
function load(url: string) {
  const acknowledged: string[] = [];
  let isStopped = false;
  const sending = Array.from({ length: 4 }, async (_, sender) => {
    for (let count = 0; !isStopped; count++) {
      const body = lineOf(`${sender}-${count}.`);
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/v1/logs`, { method: "POST", headers, body });
      await answer.arrayBuffer();
      if (answer.status === 200) acknowledged.push(body);
    }
  });
  return {
    acknowledged,
    stop: async () => {
      isStopped = true;
      await Promise.all(sending);
    },
  };
}

function linesIn(otel: string): readonly string[] {
  const names = [...new Bun.Glob("logs*.jsonl").scanSync(otel)];
  return names.flatMap((name) => readFileSync(join(otel, name), "utf8").split("\n").slice(0, -1));
}

describe("a second receiver", () => {
  test(
    "does not start though lock and run.json are removed under load, and no acknowledged record is lost",
    async () => {
      using me = terminal();
      const first = runReceiver(me.env, { flags: [] });
      const sending = load(await listening(first));
      const { pid, instance } = JSON.parse(readFileSync(join(audienceOf(me), "run.json"), "utf8"));
      for (let round = 0; round < 5; round++) {
        for (const name of ["lock", "run.json"]) rmSync(join(audienceOf(me), name), { force: true });
        const again = await me.masque(["audience", round % 2 === 0 ? "run" : "start", ...FREE, "--json"]);
        expect(again).toMatchObject({ exit: 0 });
        expect(JSON.parse(again.stdout)).toMatchObject({ pid, instance });
      }
      await sending.stop();
      await first.end("SIGTERM");
      expect(sending.acknowledged.length).toBeGreaterThan(100);
      const written = new Set(linesIn(me.otel));
      expect(sending.acknowledged.filter((line) => !written.has(line))).toEqual([]);
      expect(existsSync(join(audienceOf(me), "run.json"))).toBe(false);
    },
    RUN_MS_MAX,
  );

  test(
    `is refused in ${RACES} races of two starts`,
    async () => {
      using me = terminal();
      for (let race = 0; race < RACES; race++) {
        const starts = await Promise.all([1, 2].map(() => me.masque(["audience", "start", ...FREE, "--json"])));
        expect(starts.map(({ exit }) => exit)).toEqual([0, 0]);
        const [one, two] = starts.map(({ stdout }) => JSON.parse(stdout));
        expect(one.pid).toBe(two.pid);
        expect(await me.masque(["audience", "stop", "--json"])).toMatchObject({ exit: 0 });
        expect((await me.masque(["audience", "status"])).exit).toBe(3);
      }
    },
    RUN_MS_MAX,
  );

  test(
    "may have the folder that was made where the first one's was moved away; the first one then ends",
    async () => {
      using me = terminal();
      const first = runReceiver(me.env);
      const data = join(me.otel, "..");
      const post = (url: string, marker: string) =>
        fetch(`${url}/v1/logs`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: lineOf(marker),
        });
      const firstUrl = await listening(first);
      expect((await post(firstUrl, "one.")).status).toBe(200);
      renameSync(data, `${data}-moved`);
      const second = runReceiver(me.env);
      const secondUrl = await listening(second);
      expect((await post(secondUrl, "two.")).status).toBe(200);
      await first.gone;
      expect(first.log()).toContain("so this one ends");
      expect(linesIn(join(`${data}-moved`, "otel"))).toEqual([lineOf("one.")]);
      expect(linesIn(me.otel)).toEqual([lineOf("two.")]);
      expect(existsSync(join(audienceOf(me), "run.json"))).toBe(true);
      await second.end("SIGTERM");
    },
    RUN_MS_MAX,
  );
});

describe("masque audience stop", () => {
  const damages: readonly (readonly [string, (audience: string) => void])[] = [
    ["nothing is left of them", (audience) => rmSync(audience, { recursive: true })],
    ["run.json is empty", (audience) => writeFileSync(join(audience, "run.json"), "")],
    ["run.json is a folder", (audience) => folderFor(join(audience, "run.json"))],
    ["run.json is a pipe", (audience) => pipeFor(join(audience, "run.json"))],
    ["run.json is 10 MB", (audience) => writeFileSync(join(audience, "run.json"), Buffer.alloc(10_000_000, "1"))],
    [
      "the lock is a folder, and run.json is gone",
      (audience) => {
        folderFor(join(audience, "lock"));
        rmSync(join(audience, "run.json"), { force: true });
      },
    ],
    [
      "run.json names another process",
      (audience) => {
        const run = { instance: "x", pid: process.pid, host: "127.0.0.1", healthPort: 9 };
        writeFileSync(join(audience, "run.json"), JSON.stringify(run));
      },
    ],
  ];
  for (const [what, damage] of damages) {
    test(
      `finds and stops the receiver where ${what}`,
      async () => {
        using me = terminal();
        const receiver = runReceiver(me.env);
        await listening(receiver);
        damage(audienceOf(me));
        const stopped = await me.masque(["audience", "stop"]);
        expect(stopped).toMatchObject({ exit: 0, stdout: expect.stringContaining("has stopped") });
        await receiver.gone;
        expect((await me.masque(["audience", "status"])).exit).toBe(3);
      },
      RUN_MS_MAX,
    );
  }
});

function folderFor(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(join(path, "inside"), { recursive: true });
}

function pipeFor(path: string): void {
  rmSync(path, { force: true });
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

describe("flags of a start", () => {
  test(
    "that the running receiver does not obey are an error that says what is so; others are fine",
    async () => {
      using me = terminal();
      const receiver = runReceiver(me.env);
      const port = new URL(await listening(receiver)).port;
      for (const command of ["start", "run"]) {
        const other = await me.masque(["audience", command, "--http-port", "1"]);
        expect(other).toMatchObject({ exit: 1, stdout: "" });
        expect(other.stderr).toContain(
          `Cannot start the audience with --http-port "1": it already runs with "${port}"`,
        );
        expect(other.stderr).toContain("masque audience stop");
        const off = await me.masque(["audience", command, "--sync", "off"]);
        expect(off).toMatchObject({ exit: 1, stderr: expect.stringContaining('it already runs with "always"') });
        const ipv6 = await me.masque(["audience", command, "--host", "::1"]);
        expect(ipv6).toMatchObject({ exit: 1, stderr: expect.stringContaining('it already runs with "127.0.0.1"') });
        for (const flags of [[], FREE, ["--http-port", port, "--sync", "always", "--host", "localhost"]]) {
          expect(await me.masque(["audience", command, ...flags])).toMatchObject({ exit: 0 });
        }
      }
      await receiver.end("SIGTERM");
    },
    RUN_MS_MAX,
  );
});

test("a receiver whose folder masque refuses says so at its start, and listens nowhere", async () => {
  using me = terminal();
  mkdirSync(join(me.otel, ".."), { recursive: true });
  mkdirSync(join(me.root, "elsewhere"));
  symlinkSync(join(me.root, "elsewhere"), me.otel);
  const { exit, stdout, stderr } = await me.masque(["audience", "run", ...FREE]);
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
  expect(stderr).toContain("it is a link");
  expect(readdirSync(join(me.root, "elsewhere"))).toEqual([]);
}, 60_000);

describe("FolderLock", () => {
  test("is held against every other descriptor, and named by the system", () => {
    using root = temporaryFolder();
    const folder = join(root.path, "otel");
    const lock = new FolderLock(folder, tryFlock);
    expect(lock.look()).toBe("missing");
    expect(existsSync(folder)).toBe(false);
    lock.hold();
    lock.hold();
    const other = new FolderLock(folder, tryFlock);
    expect(() => other.hold()).toThrow(expect.objectContaining({ code: "audience.folder-taken" }));
    expect(other.look()).toBe("taken");
    if (process.platform === "linux") expect(folderHolder(folder)).toBe(process.pid);
    lock.release();
    expect(folderHolder(folder)).toBeUndefined();
    expect(other.look()).toBe("held");
    other.release();
  });

  test("is taken again where the folder was replaced, before anything is written there", () => {
    using root = temporaryFolder();
    const folder = join(root.path, "otel");
    const lock = new FolderLock(folder, tryFlock);
    lock.hold();
    renameSync(folder, `${folder}-moved`);
    mkdirSync(folder);
    const theirs = openSync(folder, "r");
    expect(tryFlock(theirs)).toBe("locked");
    expect(() => lock.hold()).toThrow(expect.objectContaining({ code: "audience.folder-taken" }));
    closeSync(theirs);
    expect(lock.look()).toBe("held");
    lock.release();
  });

  test("goes without where the file system locks no folders", () => {
    using root = temporaryFolder();
    const lock = new FolderLock(join(root.path, "otel"), () => "unsupported");
    lock.hold();
    expect(lock.look()).toBe("held");
    lock.release();
  });
});

test("a receiver writes its run.json again once it is gone, and is found by status", async () => {
  using me = terminal();
  const receiver = runReceiver(me.env);
  await listening(receiver);
  const path = join(audienceOf(me), "run.json");
  const before = readFileSync(path, "utf8");
  rmSync(path);
  await until(() => existsSync(path));
  expect(readFileSync(path, "utf8")).toBe(before);
  expect((await me.masque(["audience", "status"])).exit).toBe(0);
  await receiver.end("SIGTERM");
}, 60_000);
