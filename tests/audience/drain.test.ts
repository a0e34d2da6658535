import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { LIMITS } from "../../src/kernel/limits.ts";
import { MASQUE_BINARY } from "../support/binary.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { framed, rawConnection } from "../support/grpc.ts";
import { textsOf } from "../support/receiver-probe.ts";

/** `audience stop` of the compiled program, whatever its senders do meanwhile. */

const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const RECORD = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"kept"}}]}]}]}';
const WHOLE = `${HEAD}Content-Length: ${RECORD.length}\r\n\r\n${RECORD}`;

/** What a sender writes at once, and then four times a second. */
const SENDERS: Readonly<Record<string, { first: string; next: string }>> = {
  "a body that goes on at a pace that is taken": {
    first: `${HEAD}Content-Length: 60000000\r\n\r\n`,
    next: "x".repeat(8 * 1024),
  },
  "a body without an end, in chunks": {
    first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
    next: `2000\r\n${"x".repeat(0x2000)}\r\n`,
  },
  "headers without an end": { first: HEAD, next: "X: y\r\n" },
  "one request after another": { first: WHOLE, next: WHOLE },
  "a request, its answer never read": { first: WHOLE.repeat(50), next: WHOLE.repeat(50) },
  nothing: { first: "", next: "" },
};

async function stopped(receiver: { root: string }) {
  const startedMs = performance.now();
  const child = Bun.spawn([MASQUE_BINARY, "audience", "stop"], {
    cwd: receiver.root,
    env: { HOME: receiver.root },
    stdout: "pipe",
    stderr: "pipe",
  });
  const exit = await child.exited;
  return { exit, tookMs: performance.now() - startedMs, said: await new Response(child.stderr).text() };
}

function sendSlowly(port: number, kind: string): Socket {
  const { first, next } = SENDERS[kind] ?? { first: "", next: "" };
  const socket = connect(port, "127.0.0.1", () => socket.write(first));
  if (kind.includes("never read")) socket.pause();
  else socket.resume();
  const sending = setInterval(() => socket.write(next), 250);
  socket.on("error", () => undefined);
  socket.on("close", () => clearInterval(sending));
  return socket;
}

test.concurrent.each(Object.keys(SENDERS))(
  "masque audience stop ends a receiver that is sent %s, and what was acknowledged stays",
  async (kind) => {
    await using receiver = await binaryReceiver();
    expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
    const socket = sendSlowly(receiver.health.ports.http, kind);
    // What is sent behind it is answered once the slow one has been met.
    expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
    const { exit, tookMs, said } = await stopped(receiver);
    socket.destroy();
    expect({ exit, said }).toEqual({ exit: 0, said: "" });
    expect(tookMs).toBeLessThan(LIMITS.audienceStopWaitMs);
    const kept = textsOf(receiver, "logs").filter((line) => line.includes('"kept"'));
    expect(kept.length).toBeGreaterThanOrEqual(2);
  },
  60_000,
);

test("masque audience stop ends a receiver that is sent half a message over gRPC", async () => {
  await using receiver = await binaryReceiver();
  await using connection = rawConnection(receiver.health.ports.grpc);
  const half = framed(Buffer.alloc(1_000)).subarray(0, 500);
  const call = connection.call({ chunks: [half], staysOpen: true });
  expect((await receiver.post("/v1/logs", RECORD)).status).toBe(200);
  const { exit, said } = await stopped(receiver);
  expect({ exit, said }).toEqual({ exit: 0, said: "" });
  await call;
}, 60_000);
