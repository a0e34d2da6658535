import { expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { succeeded } from "../support/process.ts";
import { terminal } from "../support/terminal.ts";

/** What another user of the machine, or a repository with links in it, prepares where masque keeps its data. */

const isRoot = process.getuid?.() === 0;
const COMMANDS = [["don", "codesmith"], ["id"], ["doff"], ["list"], ["audience", "status"], ["judge"]];

test.skipIf(process.getuid === undefined)(
  "every command refuses a data folder that all may write in, and doctor reports it",
  async () => {
    using me = terminal();
    const data = join(me.root, "shared");
    mkdirSync(data);
    chmodSync(data, 0o777);
    const env = { MASQUE_DATA_DIR: data };
    for (const args of COMMANDS) {
      const ran = await me.masque(args, env);
      expect(ran).toMatchObject({ exit: 1, stdout: "" });
      expect(ran.stderr).toContain(`Cannot use the folder "${data}": every user may write in it (uid`);
      expect(ran.stderr).toContain(`try: chmod go-w '${data}'`);
    }
    const doctor = await me.masque(["doctor"], env);
    expect(doctor.exit).toBe(1);
    expect(doctor.stdout).toContain(`chmod go-w '${data}'`);
    chmodSync(data, 0o755);
    expect(await me.masque(["don", "codesmith"], env)).toMatchObject({ exit: 0 });
  },
);

test.skipIf(!isRoot)("another user's data folder and another user's link are refused", async () => {
  using me = terminal();
  const data = join(me.root, "theirs");
  mkdirSync(data, { mode: 0o700 });
  chownSync(data, 4242, 4242);
  const ran = await me.masque(["don", "codesmith"], { MASQUE_DATA_DIR: data });
  expect(ran.exit).toBe(1);
  expect(ran.stderr).toContain("(uid 4242, mode 0700)");
  expect(ran.stderr).toContain(`chown -R 0 '${data}'`);
});

test.skipIf(process.getuid === undefined)(
  "a hook and the status line never fail a conversation over an unsafe folder",
  async () => {
    using me = terminal();
    const data = join(me.root, "shared");
    mkdirSync(data);
    chmodSync(data, 0o777);
    for (const args of [["hook", "prompt"], ["statusline"]]) {
      const stdin = '{"session_id":"6d159fe1-070a-4921-a218-8ca2075bc5f8","prompt":"x"}';
      expect(await me.masque(args, { MASQUE_DATA_DIR: data }, { stdin })).toMatchObject({ exit: 0, stdout: "" });
    }
  },
);

test("a link among the captured telemetry is never written through", async () => {
  using me = terminal();
  const otel = join(me.home, ".local/share/masque/otel");
  mkdirSync(otel, { recursive: true, mode: 0o700 });
  writeFileSync(join(me.home, ".bashrc"), "alias ll='ls -l'\n");
  symlinkSync(join(me.home, ".bashrc"), join(otel, "masque.jsonl"));
  const ran = await me.masque(["don", "codesmith"]);
  expect(ran.stderr).toContain("it is a link");
  expect(readFileSync(join(me.home, ".bashrc"), "utf8")).toBe("alias ll='ls -l'\n");
});

test("a data folder whose inner folders are links elsewhere is refused, and nothing is made there", async () => {
  using me = terminal();
  const data = join(me.home, ".local/share/masque");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  for (const inner of ["otel", "store", "sessions"]) {
    mkdirSync(join(me.root, inner));
    symlinkSync(join(me.root, inner), join(data, inner));
  }
  const ran = await me.masque(["don", "codesmith"]);
  expect(ran.exit).toBe(1);
  expect(ran.stderr).toContain("it is a link, and masque follows none here");
  for (const inner of ["otel", "store", "sessions"]) {
    expect([...new Bun.Glob("**/*").scanSync({ cwd: join(me.root, inner), dot: true })]).toEqual([]);
  }
  expect(existsSync(join(data, "otel"))).toBe(true);
});

test("the receiver acknowledges nothing that a link would lead out of the data folder", async () => {
  using me = terminal();
  const otel = join(me.home, ".local/share/masque/otel");
  mkdirSync(otel, { recursive: true, mode: 0o700 });
  writeFileSync(join(me.home, ".bashrc"), "as it was\n");
  symlinkSync(join(me.home, ".bashrc"), join(otel, "logs.jsonl"));
  const flags = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0", "--json"];
  const started = succeeded(await me.masque(["audience", "start", ...flags]));
  try {
    const { ports } = JSON.parse(started.stdout);
    const record = { timeUnixNano: "1795348800000000000", body: { stringValue: "planted" } };
    const answer = await fetch(`http://127.0.0.1:${ports.http}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
    });
    expect(answer.status).toBe(503);
    expect(readFileSync(join(me.home, ".bashrc"), "utf8")).toBe("as it was\n");
  } finally {
    await me.masque(["audience", "stop"]);
  }
});

test("a pipe or a link in a circle among the captured telemetry makes no command wait, and is not reported as a bug", async () => {
  using me = terminal();
  for (const name of ["masque.jsonl", "logs.jsonl", "logs-2026-01-02T03-04-05.678Z.jsonl", "metrics.jsonl"]) {
    for (const put of [pipeAt, circleAt]) {
      rmSync(me.otel, { recursive: true, force: true });
      mkdirSync(me.otel, { recursive: true, mode: 0o700 });
      put(join(me.otel, name));
      expect(await me.masque(["don", "codesmith"])).toMatchObject({ exit: 0 });
      // The record of the don is still to be written: each command that comes next looks for it.
      for (const args of [["id"], ["doctor"], ["audience", "status"], ["judge"], ["sessions"], ["doff"]]) {
        const { exit, stderr } = await me.masque(args, {}, { msMax: 10_000 });
        expect({ name, args, stderr, isOurs: exit === 70 }).toMatchObject({ isOurs: false });
      }
    }
  }
}, 60_000);

function pipeAt(path: string): void {
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

function circleAt(path: string): void {
  symlinkSync(basename(path), path);
}
