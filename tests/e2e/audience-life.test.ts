import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Health } from "../../src/audience/process/health.ts";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { defined, succeeded } from "../support/process.ts";
import { openPty } from "../support/pty.ts";
import { until } from "../support/receiver.ts";
import { program, testWith } from "../support/requirement.ts";
import { type Terminal, terminal } from "../support/terminal.ts";
import { treeOf } from "../support/tree.ts";

/** The life of a receiver that is the compiled program: its terminal's end, its own, a login, a session, a doctor. */

const MS_MAX = 60_000;
const FREE = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"];
const SIZE = { columns: 100, rows: 30 };

type Status = Health & { readonly state: string };

async function statusOf(me: Terminal): Promise<Status> {
  return JSON.parse((await me.masque(["audience", "status", "--json"])).stdout);
}

/** Polls until the receiver runs. */
async function running(me: Terminal): Promise<Status> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const status = await statusOf(me);
    if (status.state === "running") return status;
    if (performance.now() > deadline) throw new Error(`It never ran: ${JSON.stringify(status)}`);
  }
}

function post(port: number, id: string): Promise<Response> {
  const record = { body: { stringValue: "x" }, attributes: [{ key: "id", value: { stringValue: id } }] };
  return fetch(`http://127.0.0.1:${port}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  });
}

describe("a receiver in the background", () => {
  test(
    "outlives the terminal that it was started in",
    async () => {
      using me = terminal();
      try {
        requireFreshBinary();
        const line = `"${MASQUE_BINARY}" audience start ${FREE.join(" ")} && echo it has started && read answer`;
        const shell = openPty(["sh", "-c", line], { cwd: me.project, env: me.env, ...SIZE });
        await shell.until("it has started");
        const before = await running(me);
        // The window is closed: what runs in it is hung up on.
        shell.signal("SIGHUP");
        await shell[Symbol.asyncDispose]();
        expect(await shell.exited).not.toBe(0);
        const after = await statusOf(me);
        expect(after).toMatchObject({ state: "running", instance: before.instance, pid: before.pid });
        expect((await post(after.ports.http, "after")).status).toBe(200);
      } finally {
        succeeded(await me.masque(["audience", "stop"]));
      }
    },
    MS_MAX,
  );

  test(
    "asked to end under load: what was answered 200 is in the file, the rest is refused, nothing is left behind",
    async () => {
      using me = terminal();
      requireFreshBinary();
      const child = Bun.spawn([MASQUE_BINARY, "audience", "run", ...FREE, "--json"], {
        cwd: me.project,
        env: defined(me.env),
        stdout: "pipe",
        stderr: "ignore",
      });
      const { ports } = await firstLine(child.stdout);
      const acknowledged: string[] = [];
      const sender = async (name: string) => {
        for (let count = 0; ; count++) {
          const id = `${name}-${count}`;
          const status = await post(ports.http, id).then(
            (answer) => answer.status,
            () => null,
          );
          if (status === 200) acknowledged.push(id);
          // Either answer says that the record was not taken; then there is no receiver to send to.
          else return status;
        }
      };
      const senders = Array.from({ length: 16 }, (_, index) => sender(`sender${index}`));
      await until(() => acknowledged.length > 200);
      child.kill("SIGTERM");
      const ends = await Promise.all(senders);
      expect(await child.exited).toBe(0);
      for (const end of ends) expect([null, 503]).toContain(end);
      const text = readFileSync(join(me.otel, "logs.jsonl"), "utf8");
      expect(text).toEndWith("\n");
      const ids = text.trimEnd().split("\n").map(idIn);
      expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
      await expect(post(ports.http, "late")).rejects.toThrow();
      expect(existsSync(join(me.otel, "../audience/run.json"))).toBe(false);
      expect((await statusOf(me)).state).toBe("not-running");
    },
    MS_MAX,
  );
});

function idIn(line: string): string {
  return JSON.parse(line).resourceLogs[0].scopeLogs[0].logRecords[0].attributes[0].value.stringValue;
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<Health> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("\n")) break;
  }
  return JSON.parse(text.split("\n")[0] ?? "");
}

testWith(program("systemctl", "Debian: systemd"))(
  "start --at-login enables a real unit; stop --at-login takes out all of it",
  async () => {
    using me = terminal();
    mkdirSync(join(me.home, ".config"));
    const before = treeOf(join(me.home, ".config"));
    try {
      const started = succeeded(await me.masque(["audience", "start", "--at-login", ...FREE]));
      const unit = join(me.home, ".config/systemd/user/masque-audience.service");
      expect(started.stdout).toContain(`At login: written, for systemd: ${unit}`);
      expect(started.stdout).toContain('"audience" "run" "--log" "--http-port" "0"');
      expect(existsSync(join(unit, "../default.target.wants/masque-audience.service"))).toBe(true);
      expect((await statusOf(me)).state).toBe("running");
      const again = succeeded(await me.masque(["audience", "start", "--at-login", ...FREE, "--json"]));
      expect(JSON.parse(again.stdout)).toMatchObject({ state: "already-running", at_login: { written: "unchanged" } });
    } finally {
      succeeded(await me.masque(["audience", "stop", "--at-login"]));
    }
    expect(treeOf(join(me.home, ".config"))).toEqual(before);
    expect((await statusOf(me)).state).toBe("not-running");
  },
  MS_MAX,
);

describe("a session of the host", () => {
  const payload = JSON.stringify({ session_id: "6d159fe1-070a-4921-a218-8ca2075bc5f8", source: "startup" });

  function configure(me: Terminal, text: string): void {
    mkdirSync(join(me.home, ".config/masque"), { recursive: true });
    writeFileSync(join(me.home, ".config/masque/config.yaml"), text);
  }

  test(
    "starts the receiver when the user's own config says so, and the next one leaves it as it is",
    async () => {
      using me = terminal();
      configure(me, "audience:\n  autoStart: true\n  httpPort: 0\n  grpcPort: 0\n  healthPort: 0\n");
      try {
        const hook = await me.masque(["hook", "session-start"], {}, { stdin: payload });
        expect(hook).toEqual({ exit: 0, stdout: "", stderr: "" });
        const { pid } = await running(me);
        await me.masque(["hook", "session-start"], {}, { stdin: payload });
        succeeded(await me.masque(["audience", "start", "--if-configured"]));
        expect((await statusOf(me)).pid).toBe(pid);
      } finally {
        succeeded(await me.masque(["audience", "stop"]));
      }
      const log = readFileSync(join(me.otel, "../audience/log"), "utf8");
      expect(log.match(/listening on/g)).toHaveLength(1);
    },
    MS_MAX,
  );
});

test(
  "logs --follow goes on through the receiver's end and the next one's start, and ends well on Ctrl-C",
  async () => {
    using me = terminal();
    requireFreshBinary();
    try {
      succeeded(await me.masque(["audience", "start", ...FREE]));
      await using follower = openPty([MASQUE_BINARY, "audience", "logs", "--follow"], {
        cwd: me.project,
        env: me.env,
        ...SIZE,
      });
      await follower.until("listening on");
      succeeded(await me.masque(["audience", "stop"]));
      await follower.until("stopped");
      const { pid } = JSON.parse(succeeded(await me.masque(["audience", "start", ...FREE, "--json"])).stdout);
      await follower.until(`(process ${pid})`);
      // What a terminal does on Ctrl-C.
      follower.signal("SIGINT");
      expect(await follower.exited).toBe(0);
    } finally {
      succeeded(await me.masque(["audience", "stop"]));
    }
  },
  MS_MAX,
);

test(
  "doctor finds its record over every transport, and has nothing to say of a machine that is set up",
  async () => {
    using me = terminal();
    try {
      succeeded(await me.masque(["audience", "start", ...FREE]));
      succeeded(await me.masque(["audience", "config", "--write"]));
      succeeded(await me.masque(["setup", "claude", "--yes"]));
      const { exit, stdout, stderr } = await me.masque(["doctor"]);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      for (const name of ["audience", "http/protobuf", "http/json", "grpc", "DuckDB", "Claude Code telemetry"]) {
        expect(stdout).toMatch(new RegExp(`^✓ ${name} `, "m"));
      }
      expect(stdout).not.toContain("✗");
    } finally {
      succeeded(await me.masque(["audience", "stop"]));
    }
  },
  MS_MAX,
);
