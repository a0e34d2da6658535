import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { defaultConfig } from "../../src/app/settings.ts";
import { storageSettingsFrom } from "../../src/audience/files/storage-settings.ts";
import { portOwner } from "../../src/audience/process/port-owner.ts";
import { runAudience } from "../../src/audience/process/run.ts";
import { errnoOf } from "../../src/kernel/errors.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { testReceiver, until } from "../support/receiver.ts";
import { type TestDeps, testDeps } from "../support/test-deps.ts";

/** `masque audience …` over real processes; every receiver started here is stopped here. */

const FREE = ["--http-port", "0", "--grpc-port", "0", "--health-port", "0"] as const;
const RECORD =
  '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"session.id","value":{"stringValue":"s1"}}]}]}]}]}';

async function stopped(world: TestDeps, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } finally {
    await world.run("audience", "stop");
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) !== "ESRCH") throw error;
    return false;
  }
}

const post = (port: number, body: string) =>
  fetch(`http://127.0.0.1:${port}/v1/logs`, { method: "POST", body, headers: { "content-type": "application/json" } });

describe("masque audience", () => {
  test("start, status, stop: once started it outlives the command, and starting again changes nothing", async () => {
    await using world = testDeps();
    await stopped(world, async () => {
      const started = await world.run("audience", "start", ...FREE, "--json");
      expect(started).toMatchObject({ exit: 0, stderr: "" });
      const health = JSON.parse(started.stdout);
      expect(health).toMatchObject({ state: "started", status: "ok", ports: { grpc: expect.any(Number) } });
      expect(health.pid).not.toBe(process.pid);

      const again = JSON.parse((await world.run("audience", "start", "--json")).stdout);
      expect(again).toMatchObject({ state: "already-running", instance: health.instance, ports: health.ports });

      expect((await post(health.ports.http, RECORD)).status).toBe(200);
      expect((await post(health.ports.http, "no json")).status).toBe(400);
      const status = await world.run("audience", "status", "--json");
      expect(status.exit).toBe(0);
      const { files, ...said } = JSON.parse(status.stdout);
      expect(said).toMatchObject({ state: "running", sessions: 1, records: { logs: 1 }, refused: 1 });
      expect(files).toMatchObject([{ name: "logs.jsonl", bytes: said.bytes_on_disk }]);

      const stop = await world.run("audience", "stop", "--json");
      expect({ exit: stop.exit, ...JSON.parse(stop.stdout) }).toEqual({ exit: 0, state: "stopped", pid: health.pid });
      await until(() => !isAlive(health.pid));
    });
    const after = await world.run("audience", "status", "--json");
    expect(after.exit).toBe(3);
    expect(JSON.parse(after.stdout)).toMatchObject({ state: "not-running", files: [{ name: "logs.jsonl" }] });
    expect(await world.run("audience", "stop")).toEqual({
      exit: 0,
      stdout: "The audience was not running\n",
      stderr: "",
    });
  });

  test("run refuses nothing and says where the other listens when one runs already", async () => {
    await using world = testDeps();
    await stopped(world, async () => {
      const { ports } = JSON.parse((await world.run("audience", "start", ...FREE, "--json")).stdout);
      const run = await world.run("audience", "run", ...FREE, "--json");
      expect(run.exit).toBe(0);
      expect(run.stderr).toContain("already running");
      expect(JSON.parse(run.stdout)).toMatchObject({ ports });
    });
  });

  test("three starts at once make one receiver, and stopping it leaves none", async () => {
    await using world = testDeps();
    await stopped(world, async () => {
      const starts = await Promise.all([1, 2, 3].map(() => world.run("audience", "start", ...FREE)));
      expect(starts.map(({ exit }) => exit)).toEqual([0, 0, 0]);
      const processes = starts.map(({ stdout }) => /process (\d+)/.exec(stdout)?.[1]);
      expect(new Set(processes).size).toBe(1);
      expect(await world.run("audience", "stop")).toMatchObject({ exit: 0 });
      expect((await world.run("audience", "status")).exit).toBe(3);
    });
  });

  test("start names who has the port, and the way out", async () => {
    await using world = testDeps();
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const flags = ["--grpc-port", "0", "--health-port", "0"];
    const taken = await world.run("audience", "start", "--http-port", `${port}`, ...flags);
    const run = await world.run("audience", "run", "--http-port", `${port}`, ...flags);
    const grpc = await world.run("audience", "run", ...FREE, "--grpc-port", `${port}`);
    server.close();
    expect(taken.exit).toBe(1);
    expect(taken.stderr).toContain(`Cannot listen on port "${port}": `);
    expect(taken.stderr).toContain("--http-port 0");
    expect(run.stderr).toBe(taken.stderr);
    expect(grpc).toMatchObject({ exit: 1, stderr: taken.stderr.replace("--http-port", "--grpc-port") });
    if (process.platform === "linux") expect(taken.stderr).toContain(`process ${process.pid} has it`);
    expect(portOwner(port)).toBeUndefined();
  });

  test.each(["--http-port", "--health-port", "--grpc-port"] as const)(
    "run refuses %s of a receiver with another data folder, and names it",
    async (flag) => {
      const key = { "--http-port": "http", "--health-port": "health", "--grpc-port": "grpc" } as const;
      await using first = await binaryReceiver();
      await using world = testDeps();
      const port = first.health.ports[key[flag]];
      const { exit, stdout, stderr } = await world.run("audience", "run", ...FREE, flag, `${port}`);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toContain(`Cannot listen on port "${port}": process ${first.health.pid} has it`);
    },
  );

  test.each(["0.0.0.0", "192.168.1.5", "::", "example.org"])("refuses to listen on %s", async (host) => {
    await using world = testDeps();
    const refused = await world.run("audience", "run", "--host", host);
    expect(refused.exit).toBe(2);
    expect(refused.stderr).toContain("from this machine only");
  });

  test.each([
    ["--http-port", "65536"],
    ["--grpc-port", "x"],
  ])("refuses %s %s", async (flag, value) => {
    await using world = testDeps();
    expect((await world.run("audience", "start", flag, value)).exit).toBe(2);
  });

  test("status and stop leave no trace where nothing was ever started", async () => {
    await using world = testDeps();
    expect((await world.run("audience", "status")).exit).toBe(3);
    expect((await world.run("audience", "stop")).exit).toBe(0);
    expect(existsSync(world.deps.paths.data)).toBe(false);
  });

  test("believes no pid in a file: what another process left is not signalled", async () => {
    await using world = testDeps();
    const { audience } = world.deps.paths;
    mkdirSync(audience, { recursive: true });
    const run = { instance: "x", pid: process.pid, host: "127.0.0.1", healthPort: 9 };
    writeFileSync(join(audience, "run.json"), JSON.stringify(run));
    expect(await world.run("audience", "stop")).toMatchObject({ exit: 0, stdout: "The audience was not running\n" });
    writeFileSync(join(audience, "run.json"), "no json");
    expect((await world.run("audience", "status")).exit).toBe(3);
  });

  test("a receiver that was killed is followed by one that appends to what was acknowledged", async () => {
    await using world = testDeps();
    await stopped(world, async () => {
      const first = JSON.parse((await world.run("audience", "start", ...FREE, "--json")).stdout);
      for (let count = 0; count < 3; count++) expect((await post(first.ports.http, RECORD)).status).toBe(200);
      process.kill(first.pid, "SIGKILL");
      const path = join(world.deps.paths.otel, "logs.jsonl");
      writeFileSync(path, `${readFileSync(path, "utf8")}{"resourceLogs":[{"torn`);
      const second = JSON.parse((await world.run("audience", "start", ...FREE, "--json")).stdout);
      expect(second.pid).not.toBe(first.pid);
      expect((await post(second.ports.http, RECORD)).status).toBe(200);
      const lines = readFileSync(path, "utf8").split("\n");
      expect(lines).toHaveLength(5);
      for (const line of lines.slice(0, 4)) expect(() => JSON.parse(line)).not.toThrow();
      expect((await world.run("audience", "logs")).stdout).toContain("lacked its newline");
    });
  });

  test("logs says that there is none, and shows the last lines of one", async () => {
    await using world = testDeps();
    expect(await world.run("audience", "logs")).toMatchObject({ exit: 3, stdout: "" });
    mkdirSync(world.deps.paths.audience, { recursive: true });
    writeFileSync(join(world.deps.paths.audience, "log"), "one\ntwo\u001b[2J\nthree\n");
    expect((await world.run("audience", "logs", "--lines", "2")).stdout).toBe("two\\u{1b}[2J\nthree\n");
  });
});

describe("a running receiver", () => {
  test("answers 503 while it cannot write, acknowledges nothing, and goes on when it can", async () => {
    await using receiver = await testReceiver();
    expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
    rmSync(receiver.otel, { recursive: true });
    writeFileSync(receiver.otel, "a file where the folder should be");
    const refused = await receiver.post("/v1/logs", RECORD);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(await refused.json()).toMatchObject({ code: 14 });
    const ask = async () => (await fetch(`http://127.0.0.1:${receiver.health.ports.health}/`)).json();
    expect(await ask()).toMatchObject({ status: "failing", refused_by_cause: { unavailable: 1 } });
    rmSync(receiver.otel);
    expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
    expect(receiver.lines("logs")).toHaveLength(1);
    expect(await ask()).toMatchObject({ status: "ok" });
    expect(receiver.log.join("\n")).toContain("writing works again");
  });

  test("is failing while one signal cannot be written, however well the others can", async () => {
    await using receiver = await testReceiver((otel) => mkdirSync(join(otel, "metrics.jsonl"), { recursive: true }));
    const metric =
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n","sum":{"dataPoints":[{"asInt":"1"}]}}]}]}]}';
    const ask = async () => (await fetch(`http://127.0.0.1:${receiver.health.ports.health}/`)).json();
    for (let round = 0; round < 3; round++) {
      expect((await receiver.post("/v1/metrics", metric)).status).toBe(503);
      expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
      expect(await ask()).toMatchObject({ status: "failing", storage: { failing: ["metrics"] } });
    }
    expect(receiver.log.filter((line) => line.includes("works again"))).toEqual([]);
    expect(receiver.log.filter((line) => line.includes("answering 503"))).toHaveLength(1);
    rmSync(join(receiver.otel, "metrics.jsonl"), { recursive: true });
    expect((await receiver.post("/v1/metrics", metric)).status).toBe(200);
    expect(await ask()).toMatchObject({ status: "ok", storage: { failing: [] } });
  });

  test("answers a probe that comes while it starts", async () => {
    const stopping = new AbortController();
    await using world = testDeps({ stopSignal: stopping.signal });
    const edge = await world.deps.audience();
    const probed: unknown[] = [];
    const listenHttp: typeof edge.listenHttp = (options) => {
      const listening = edge.listenHttp(options);
      probed.push(options.health());
      return listening;
    };
    await runAudience(
      world.deps,
      { ...edge, listenHttp },
      {
        address: { host: "127.0.0.1", httpPort: 0, grpcPort: 0, healthPort: 0 },
        token: "",
        keeping: storageSettingsFrom(defaultConfig()),
        announce: { listening: () => stopping.abort(), log: () => undefined },
      },
    );
    expect(probed).toMatchObject([{ status: "starting", pid: process.pid, ports: { http: 0, grpc: 0, health: 0 } }]);
  });

  test.skipIf(process.platform !== "linux")("listens on loopback alone", async () => {
    await using receiver = await testReceiver();
    const listening = readFileSync("/proc/net/tcp", "utf8").split("\n");
    for (const port of Object.values(receiver.health.ports)) {
      const hex = port.toString(16).toUpperCase().padStart(4, "0");
      const rows = listening.filter((row) => row.includes(`:${hex} 00000000:0000 0A`));
      expect(rows).toHaveLength(1);
      expect(rows[0]).toContain(`0100007F:${hex}`);
    }
  });

  test("asked to stop, finishes the request in flight, then takes no more", async () => {
    const receiver = await testReceiver();
    const socket = connect(receiver.health.ports.http, "127.0.0.1");
    const head = `POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${RECORD.length}\r\n\r\n`;
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    await new Promise<void>((resolve) => socket.write(`${head}${RECORD.slice(0, 30)}`, () => resolve()));
    // A second request is answered only after the first has reached the receiver, on its own connection.
    expect((await receiver.post("/v1/logs", "{}")).status).toBe(200);
    const stopping = receiver.stop();
    await expect(fetch(receiver.url)).rejects.toThrow();
    socket.write(RECORD.slice(30));
    await stopping;
    await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once("close", resolve)));
    expect(answer).toStartWith("HTTP/1.1 200");
    expect(receiver.lines("logs")).toHaveLength(1);
    expect(receiver.log.at(-1)).toEndWith("stopped");
    await receiver[Symbol.asyncDispose]();
  });
});

test("a folder that cannot be made is a refusal to start, in words", async () => {
  await using world = testDeps();
  const { data } = world.deps.paths;
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "audience"), "a file where the folder should be");
  const refused = await world.run("audience", "start", ...FREE);
  expect(refused.exit).toBe(1);
  expect(refused.stderr).toContain("Cannot");
  expect(existsSync(join(data, "otel"))).toBe(false);
});
