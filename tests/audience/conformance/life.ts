import { expect } from "bun:test";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { RPC_CODE } from "../../../src/telemetry/response.ts";
import { runMasque } from "../../support/binary.ts";
import { binaryReceiver } from "../../support/binary-receiver.ts";
import { runReceiver } from "../../support/killable-receiver.ts";
import { succeeded } from "../../support/process.ts";
import { until } from "../../support/receiver.ts";
import { exchange, healthNow, textsOf } from "../../support/receiver-probe.ts";
import { temporaryFolder } from "../../support/temp-folder.ts";
import type { Case } from "./case.ts";
import { gained, logsRequest, outcomeOf, TRANSPORTS } from "./wire.ts";

/** What is kept, whatever happens to the receiver, to its files and to the machine. */

const OTEL = ".local/share/masque/otel";
const RECORDING = resolve(import.meta.dir, "../../fixtures/telemetry/quick-http-json/000-logs.json");
const MiB = 1024 * 1024;

/** 39 */
export const writeFailureIsToldAndEnds: Case = {
  holds: "what cannot be written is answered 503 without a time, over every transport; then it works again by itself",
  async test() {
    await using at = await binaryReceiver();
    expect((await at.post("/v1/logs", JSON.stringify(logsRequest()))).status).toBe(200);
    const aside = `${at.otel}-aside`;
    renameSync(at.otel, aside);
    writeFileSync(at.otel, "a file where the folder should be");
    for (const transport of TRANSPORTS) {
      const answer = await transport.send(at, "logs", transport.encode("logs", logsRequest()));
      expect(answer).toEqual({ code: RPC_CODE.unavailable, text: expect.stringContaining("Cannot ") });
    }
    const answer = await at.post("/v1/logs", JSON.stringify(logsRequest()));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, null]);
    expect(await healthNow(at)).toMatchObject({ status: "failing", refused_by_cause: { unavailable: 4 } });
    rmSync(at.otel);
    renameSync(aside, at.otel);
    const request = logsRequest();
    const { lines } = await gained(at, () => at.post("/v1/logs", JSON.stringify(request)));
    expect(lines).toEqual([request]);
    expect(await healthNow(at)).toMatchObject({ status: "ok" });
  },
};

/** 40 */
export const overloadIsTold: Case = {
  holds: "more than there is room for is answered 503 and 14 with a short Retry-After, and small requests go on",
  async test() {
    await using at = await binaryReceiver();
    const large = 60 * MiB;
    const head = `POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${large}\r\n\r\n`;
    const holding = connect(at.health.ports.http, "127.0.0.1");
    await new Promise<void>((sent) => holding.write(head + " ".repeat(large - MiB), () => sent()));
    const refused = await exchange(at.health.ports.http, [head]);
    expect(refused).toStartWith("HTTP/1.1 503");
    expect(/^retry-after: (\d+)\r$/im.exec(refused)?.[1]).toBe("1");
    expect(refused).toContain(`"code":${RPC_CODE.unavailable}`);
    for (const transport of TRANSPORTS) {
      const request = logsRequest();
      const { lines } = await gained(at, () => transport.send(at, "logs", transport.encode("logs", request)));
      expect(lines).toEqual([request]);
    }
    holding.destroy();
    const body = Buffer.alloc(large, " ");
    body.write("{}");
    await until(async () => (await at.post("/v1/logs", body)).status === 200);
    expect((await healthNow(at)).refused_by_cause.overloaded).toBeGreaterThan(0);
  },
};

/** 41 */
export const killLosesNothingAcknowledged: Case = {
  holds: "what was acknowledged before a SIGKILL is there after it, each on its line",
  async test() {
    using home = temporaryFolder();
    const first = runReceiver({ HOME: home.path });
    await post(await first.url, "1");
    await post(await first.url, "2");
    await first.end("SIGKILL");
    expect(marksIn(home.path)).toEqual(["1", "2"]);
  },
};

/** 42 */
export const rotationLosesNothing: Case = {
  holds:
    "files closed under load hold every acknowledged line once, under names of our scheme, and the judge reads all",
  async test() {
    const bytesMax = 20_000;
    await using at = await binaryReceiver({ MASQUE_AUDIENCE_SEGMENT_BYTES: String(bytesMax) });
    const marks = Array.from({ length: 400 }, (_, index) => String(index));
    await Promise.all(marks.map((mark) => post(at.url, mark)));
    const names = readdirSync(at.otel).filter((name) => name.endsWith(".jsonl"));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) expect(name).toMatch(/^logs(-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)?\.jsonl$/);
    expect(marksIn(at.root).sort()).toEqual(marks.sort());
    const judged = await runMasque(["judge", "--all", "--json"], { cwd: at.root, env: { HOME: at.root } });
    expect(JSON.parse(succeeded(judged).stdout)).toMatchObject([{ session: "conformance" }]);
  },
};

/** 43 */
export const deletedFileIsMadeAgain: Case = {
  holds: "a file that was deleted, and its whole folder, are made again",
  async test() {
    await using at = await binaryReceiver();
    await post(at.url, "1");
    rmSync(join(at.otel, "logs.jsonl"));
    await post(at.url, "2");
    expect(marksIn(at.root)).toEqual(["2"]);
    rmSync(at.otel, { recursive: true });
    await post(at.url, "3");
    expect(marksIn(at.root)).toEqual(["3"]);
  },
};

/** 44 */
export const restartAppends: Case = {
  holds: "a restart appends to what is there, and cuts off what a crash left of a line",
  async test() {
    using home = temporaryFolder();
    const first = runReceiver({ HOME: home.path });
    await post(await first.url, "1");
    await first.end("SIGTERM");
    const second = runReceiver({ HOME: home.path });
    await post(await second.url, "2");
    await second.end("SIGKILL");
    const file = join(home.path, OTEL, "logs.jsonl");
    writeFileSync(file, `${readFileSync(file, "utf8")}{"resourceLogs":[{"resource":{},"scop`);
    const third = runReceiver({ HOME: home.path });
    await post(await third.url, "3");
    await third.end("SIGTERM");
    expect(marksIn(home.path)).toEqual(["1", "2", "3"]);
  },
};

/** 52 */
export const sigtermDrains: Case = {
  holds: "SIGTERM lets what is in flight end, takes nothing new, and ends with 0",
  async test() {
    using home = temporaryFolder();
    const running = runReceiver({ HOME: home.path });
    const url = await running.url;
    const body = bodyOf("1");
    const socket = connect(Number(new URL(url ?? "").port), "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    const closed = new Promise((end) => socket.once("close", end));
    const head = `POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    await new Promise<void>((sent) => socket.write(head + body.slice(0, 30), () => sent()));
    // Answered after the first has arrived, on a connection of its own.
    await post(url, "2");
    const ended = running.end("SIGTERM");
    await until(async () => (await fetch(`${url}/`).catch(() => undefined)) === undefined);
    socket.write(body.slice(30));
    await Promise.all([ended, closed]);
    expect(answer).toStartWith("HTTP/1.1 200");
    expect(running.log()).toContain("stopped");
    expect(marksIn(home.path)).toEqual(["2", "1"]);
  },
};

/** 55 */
export const everyWritersFileScoresTheSame: Case = {
  holds: "files of older and newer collectors, raw JavaScript bodies and our own output score the same",
  async test() {
    await using at = await binaryReceiver();
    const raw = readFileSync(RECORDING, "utf8");
    expect((await at.post("/v1/logs", raw)).status).toBe(200);
    const own = textsOf(at, "logs").join("\n");
    // Until 0.130 the Collector wrote both ids of every record, empty ones too.
    const older = own.replaceAll('"timeUnixNano"', '"traceId":"","spanId":"","timeUnixNano"');
    expect(older.length).toBeGreaterThan(own.length);
    const scores: unknown[] = [];
    for (const text of [own, older, JSON.stringify(JSON.parse(raw))]) {
      using folder = temporaryFolder();
      const file = join(folder.path, "logs.jsonl");
      writeFileSync(file, `${text}\n`);
      const args = ["judge", "--all", "--json", "--logs", file];
      const judged = await runMasque(args, { cwd: folder.path, env: { HOME: folder.path } });
      scores.push(JSON.parse(succeeded(judged).stdout));
    }
    expect(scores[1]).toEqual(scores[0]);
    expect(scores[2]).toEqual(scores[0]);
  },
};

function bodyOf(mark: string): string {
  const attributes = [
    { key: "session.id", value: { stringValue: "conformance" } },
    { key: "mark", value: { stringValue: mark } },
  ];
  const record = { timeUnixNano: "1795351211328000000", body: { stringValue: "claude_code.user_prompt" }, attributes };
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
}

/** Sends one marked record, which must be acknowledged. */
async function post(url: string | undefined, mark: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/v1/logs`, { method: "POST", body: bodyOf(mark), headers });
  expect((await outcomeOf(answer)).code).toBe(0);
}

/** The marks of every whole line of logs, in their order. */
function marksIn(home: string): string[] {
  const otel = join(home, OTEL);
  const names = readdirSync(otel).filter((name) => /^logs.*\.jsonl$/.test(name));
  // A segment's name sorts before the file that is written to, as it is older.
  const lines = names.sort().flatMap((name) => readFileSync(join(otel, name), "utf8").split("\n").slice(0, -1));
  return lines.map((line) => {
    const found = /"mark","value":\{"stringValue":"(\d+)"/.exec(line)?.[1];
    if (found === undefined || JSON.parse(line) === null) throw new Error(`No mark is in "${line}"`);
    return found;
  });
}
