import { connect } from "node:net";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { grpcClient } from "../support/grpc.ts";
import { deepJson, deepProtobuf, gzipBomb } from "../support/hostile-bodies.ts";
import type { TestReceiver } from "../support/receiver.ts";
import { healthNow, memoryOf } from "../support/receiver-probe.ts";
import { type Exported, exportingSteadily } from "../support/steady-exporter.ts";

/**
 * Bombs at the compiled receiver while a well-behaved exporter goes on: gzip of 10 GB of zeros, of known length and in
 * chunks, over HTTP and gRPC, and values nested 10,000 deep. Each is refused; no good batch is lost; memory stays flat.
 *
 *     bun tests/long/bombs.ts --rounds 50
 */

const BOMB_MIB = 10 * 1024;
const DEPTH = 10_000;
/** Sent at once in a round, so that they also meet each other. */
const AT_ONCE = 4;

/** What the receiver came through with. */
export type BombsResult = {
  readonly refused: Readonly<Record<string, number>>;
  readonly exported: Exported;
  /** Resident MiB: before, at the highest, and once it had rested; `undefined` where the system does not tell. */
  readonly memory: { readonly before: number; readonly peak: number; readonly after: number } | undefined;
};

/** Throws that many rounds of bombs. @throws when one is taken, or a good batch lost. */
export async function throwBombs(rounds: number): Promise<BombsResult> {
  await using receiver = await binaryReceiver();
  const bomb = Buffer.concat([...gzipBomb(BOMB_MIB)]);
  const deep = { json: deepJson(DEPTH), protobuf: deepProtobuf(DEPTH) };
  const before = memoryOf(receiver.health.pid);
  const exported = await exportingSteadily(receiver, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const thrown = Array.from({ length: AT_ONCE }, () => round);
      await Promise.all(thrown.flatMap(() => [known(receiver, bomb), chunked(receiver, bomb), called(receiver, bomb)]));
      await refused(receiver.post("/v1/logs", deep.json), [400]);
      await refused(receiver.post("/v1/logs", deep.protobuf, { "content-type": "application/x-protobuf" }), [400]);
    }
  });
  const after = await rested(receiver);
  const { refused_by_cause } = await healthNow(receiver);
  const counts = Object.fromEntries(Object.entries(refused_by_cause).filter(([, count]) => count > 0));
  const memory = before && after && { before: before.nowMiB, peak: after.peakMiB, after: after.nowMiB };
  return { refused: counts, exported, memory };
}

function known(receiver: TestReceiver, bomb: Uint8Array): Promise<void> {
  return refused(receiver.post("/v1/logs", bomb, { "content-encoding": "gzip" }), [413, 503]);
}

/** Piece by piece without a length, on a plain socket. */
async function chunked(receiver: TestReceiver, bomb: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(receiver.health.ports.http, "127.0.0.1");
  socket.on("error", reject);
  socket.on("data", (chunk) => resolve(chunk.toString("latin1")));
  socket.on("close", () => reject(new Error("The connection closed without an answer")));
  socket.write(
    "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
  );
  const size = 256 * 1024;
  for (let at = 0; at < bomb.length; at += size) {
    const piece = bomb.subarray(at, at + size);
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    socket.write("\r\n");
  }
  socket.write("0\r\n\r\n");
  const answer = await promise;
  socket.destroy();
  if (!/^HTTP\/1\.1 (413|503)/.test(answer)) throw new Error(`A bomb in chunks was answered ${answer.slice(0, 80)}`);
}

/** Over gRPC; the library compresses by itself, so the frame is written by hand. */
async function called(receiver: TestReceiver, bomb: Uint8Array): Promise<void> {
  const { framed, rawConnection } = await import("../support/grpc.ts");
  await using connection = rawConnection(receiver.health.ports.grpc);
  const answer = await connection.call({ headers: { "grpc-encoding": "gzip" }, chunks: [framed(bomb, 1)] });
  if (answer.status !== 8 && answer.status !== 14) throw new Error(`A bomb over gRPC was answered ${answer.status}`);
}

async function refused(sent: Promise<Response>, statuses: readonly number[]): Promise<void> {
  const answer = await sent;
  await answer.bytes();
  if (!statuses.includes(answer.status)) throw new Error(`A bomb was answered ${answer.status}`);
}

/** Memory once a few more good batches have let it settle. */
async function rested(receiver: TestReceiver) {
  using client = grpcClient(receiver.health.ports.grpc);
  for (let batch = 0; batch < 50; batch += 1) {
    await receiver.post("/v1/logs", "{}");
    await client.export("logs", new Uint8Array());
    await Bun.sleep(20);
  }
  return memoryOf(receiver.health.pid);
}

if (import.meta.main) {
  const { refused, exported, memory } = await throwBombs(givenNumbers({ rounds: 50 }).rounds);
  process.stdout.write(
    `refused ${JSON.stringify(refused)}; ${exported.batches} good batches taken, ${exported.again} of them asked again, ` +
      `the slowest after ${exported.slowestMs.toFixed(0)} ms; memory ${memory?.before.toFixed(0)} MiB before, ` +
      `${memory?.peak.toFixed(0)} at the highest, ${memory?.after.toFixed(0)} after\n`,
  );
}
