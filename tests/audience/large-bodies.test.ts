import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { LIMITS } from "../../src/kernel/limits.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { framed, rawConnection } from "../support/grpc.ts";
import type { TestReceiver } from "../support/receiver.ts";
import { healthNow } from "../support/receiver-probe.ts";

/** Senders of large bodies that do not go on, and a good one that has a large body as well. */

const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const MIB = 1024 * 1024;
/** What an exporter has for a request, all its attempts together. */
const GIVE_UP_MS = 10_000;
/** Longer than a slow sender takes for its first bytes, and far shorter than the five seconds that it has. */
const PROBE_EVERY_MS = 500;
const RECORD = { body: { stringValue: "x".repeat(3 * MIB) } };
/** Longer than what is left beside one slow sender of 66 MB. */
const LARGE = JSON.stringify({
  resourceLogs: [{ scopeLogs: [{ logRecords: Array.from({ length: 6 }, () => RECORD) }] }],
});
/** All but the end of a gzip of 60 MiB. */
const INFLATED = gzipSync(Buffer.alloc(60 * MIB, " ")).subarray(0, -12);

const KINDS = {
  "announce 66 MB and send 20 KiB a second": {
    first: `${HEAD}Content-Length: 66000000\r\n\r\n`,
    next: "x".repeat(5 * 1024),
  },
  "send chunks without an end": {
    first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n${(4 * MIB).toString(16)}\r\n${"x".repeat(4 * MIB)}\r\n`,
    next: `1400\r\n${"x".repeat(0x1400)}\r\n`,
  },
  "send gzip that lacks its end": {
    first: Buffer.concat([Buffer.from(`${HEAD}Content-Encoding: gzip\r\nContent-Length: 66000000\r\n\r\n`), INFLATED]),
    next: "",
  },
} as const;

function slowSender(port: number, kind: keyof typeof KINDS): { readonly socket: Socket; isAnswered: boolean } {
  const { first, next } = KINDS[kind];
  const socket = connect(port, "127.0.0.1", () => socket.write(first));
  const sender = { socket, isAnswered: false };
  const sending = setInterval(() => socket.write(next), 250);
  socket.on("data", () => {
    sender.isAnswered = true;
  });
  socket.on("error", () => undefined);
  socket.on("close", () => clearInterval(sending));
  return sender;
}

/** Connects a slow one until it is in the room, where a large request finds none; one that came second is sent away. */
async function slowInRoom(receiver: TestReceiver, kind: keyof typeof KINDS): Promise<Socket> {
  for (;;) {
    const sender = slowSender(receiver.health.ports.http, kind);
    while (!sender.isAnswered) if ((await probeRoom(receiver)) === 503) return sender.socket;
    sender.socket.destroy();
  }
}

/** Asks whether the room is taken. Between two looks the room is free for the slow sender, which would else find it full each time. */
async function probeRoom(receiver: TestReceiver): Promise<number> {
  await Bun.sleep(PROBE_EVERY_MS);
  return await postLarge(receiver);
}

async function postLarge(receiver: TestReceiver): Promise<number> {
  const answer = await receiver.post("/v1/logs", LARGE);
  await answer.bytes();
  return answer.status;
}

/** As an exporter does: again a second later when the response asks for it, for ten seconds. */
async function exportLarge(receiver: TestReceiver) {
  const startedMs = performance.now();
  for (let attempts = 1; ; attempts += 1) {
    const status = await postLarge(receiver);
    if (status !== 503 || performance.now() - startedMs > GIVE_UP_MS - 1_000) return { status, attempts };
    await Bun.sleep(LIMITS.retryAfterSeconds * 1_000);
  }
}

test.concurrent.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
  "a large request is taken within its ten seconds though others %s",
  async (kind) => {
    await using receiver = await binaryReceiver();
    const socket = await slowInRoom(receiver, kind);
    const { status, attempts } = await exportLarge(receiver);
    socket.destroy();
    expect(status).toBe(200);
    expect(attempts).toBeGreaterThan(1);
    expect((await healthNow(receiver)).refused_by_cause.slow).toBe(1);
  },
  60_000,
);

test("a large request is taken within its ten seconds though a call over gRPC announces 66 MB and does not go on", async () => {
  await using receiver = await binaryReceiver();
  await using connection = rawConnection(receiver.health.ports.grpc);
  const begun = framed(Buffer.alloc(66_000_000)).subarray(0, 3 * MIB);
  let statusOfSlow: Promise<number | undefined> | undefined;
  while (statusOfSlow === undefined) {
    const slow = { isAnswered: false };
    const status = connection.call({ chunks: [begun], staysOpen: true }).then((answer) => {
      slow.isAnswered = true;
      return answer.status;
    });
    // One that came while a good one was in the room is sent away, and comes again.
    while (!slow.isAnswered && statusOfSlow === undefined)
      if ((await probeRoom(receiver)) === 503) statusOfSlow = status;
  }
  expect((await exportLarge(receiver)).status).toBe(200);
  expect(await statusOfSlow).toBe(4);
}, 60_000);
