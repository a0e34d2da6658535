import { connect, type Socket } from "node:net";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { framed, grpcClient } from "../support/grpc.ts";
import {
  callHeaders,
  continuationFrame,
  dataFrame,
  headersFrame,
  literalField,
  PREFACE,
  pingFrame,
  resetFrame,
  settingsFrame,
} from "../support/http2-frames.ts";
import { MUTATIONS, mutate } from "../support/mutate.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { memoryOf } from "../support/receiver-probe.ts";
import { freshSeed } from "../support/seed.ts";
import { type Exported, exportingSteadily } from "../support/steady-exporter.ts";

/**
 * What HTTP/2 is attacked with, at the gRPC port of the compiled receiver while a well-behaved exporter goes on: calls
 * reset as soon as they are made, header blocks without an end, small blocks that unpack to large ones, PING and SETTINGS
 * without end, and connections of damaged frames. No good batch is lost, calls go on being answered, memory stays flat.
 *
 *     bun tests/long/http2-floods.ts --rounds 50
 */

const RESETS = 2_000;
const CONTINUATIONS = 500;
const CONTROLS = 5_000;
const DAMAGED = 200;
const DAMAGED_AT_ONCE = 20;
const UNPACKED_TIMES = 4_000;
const FRAME_BYTES = 16_000;
/** A connection that is not closed by then is left by its sender. */
const PATIENCE_MS = 500;

/** What the receiver came through with. */
export type FloodsResult = {
  /** Connections, by flood, that it closed before their sender left. */
  readonly closed: Readonly<Record<string, number>>;
  readonly exported: Exported;
  /** Resident MiB at the highest; `undefined` where the system does not tell. */
  readonly peakMiB: number | undefined;
};

/** Sends that many rounds of each flood. @throws when a good batch is lost, or a call is not answered any more. */
export async function sendFloods({ rounds, seed }: { rounds: number; seed: number }): Promise<FloodsResult> {
  await using receiver = await binaryReceiver();
  const random = seededRandom(seed);
  const { pid, ports } = receiver.health;
  const closed: Record<string, number> = {};
  const exported = await exportingSteadily(receiver, async () => {
    using client = grpcClient(ports.grpc);
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, flood] of Object.entries(FLOODS)) {
        closed[name] = (closed[name] ?? 0) + Number(await poured(ports.grpc, flood()));
      }
      closed["damaged"] = (closed["damaged"] ?? 0) + (await damaged(ports.grpc, random));
      const { code, message } = await client.export("logs", new Uint8Array());
      if (code !== 0) throw new Error(`After round ${round} a good call is answered ${code}: ${message}`);
    }
  });
  return { closed, exported, peakMiB: memoryOf(pid)?.peakMiB };
}

const FLOODS: Readonly<Record<string, () => Generator<Buffer>>> = {
  *resets() {
    for (let nth = 0; nth < RESETS; nth += 1) {
      yield Buffer.concat([headersFrame(2 * nth + 1, callHeaders()), resetFrame(2 * nth + 1)]);
    }
  },
  *continuations() {
    yield headersFrame(1, callHeaders(), false);
    for (let nth = 0; nth < CONTINUATIONS; nth += 1) yield continuationFrame(1, Buffer.alloc(FRAME_BYTES));
  },
  *unpacked() {
    // The first block keeps a long field in the table; each byte of the next names it again.
    yield headersFrame(1, callHeaders(literalField("long", "x".repeat(120), true)));
    for (let stream = 3; stream < 40; stream += 2) {
      yield headersFrame(stream, callHeaders(Buffer.alloc(UNPACKED_TIMES, 0x80 | 62)));
    }
  },
  *pings() {
    for (let nth = 0; nth < CONTROLS; nth += 1) yield pingFrame();
  },
  *settings() {
    for (let nth = 0; nth < CONTROLS; nth += 1) yield settingsFrame();
  },
};

/** Sends a flood over one connection; answers whether that was closed on it. */
async function poured(port: number, frames: Iterable<Buffer>): Promise<boolean> {
  const socket = await connected(port);
  socket.resume();
  const { promise: isClosed, resolve } = Promise.withResolvers<boolean>();
  socket.once("close", () => resolve(true));
  socket.write(PREFACE);
  for (const frame of frames) {
    if (socket.destroyed) break;
    if (!socket.write(frame)) await Promise.race([drained(socket), isClosed]);
  }
  const patience = setTimeout(() => resolve(false), PATIENCE_MS);
  const wasClosed = await isClosed;
  clearTimeout(patience);
  socket.destroy();
  return wasClosed;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("drain", () => resolve()));
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** Connections whose frames were damaged, behind a preface that was not. */
async function damaged(port: number, random: Random): Promise<number> {
  const message = framed(Buffer.from([0x0a, 0x00]));
  const frames = Buffer.concat([headersFrame(1, callHeaders()), dataFrame(1, message, true), pingFrame()]);
  let closed = 0;
  for (let sent = 0; sent < DAMAGED; sent += DAMAGED_AT_ONCE) {
    const bodies = Array.from({ length: DAMAGED_AT_ONCE }, () =>
      mutate(frames, random, { mutations: MUTATIONS.protobuf, other: Buffer.concat([settingsFrame(), frames]) }),
    );
    const outcomes = await Promise.all(bodies.map((body) => poured(port, [body])));
    closed += outcomes.filter(Boolean).length;
  }
  return closed;
}

if (import.meta.main) {
  const result = await sendFloods(givenNumbers({ rounds: 50, seed: freshSeed() }));
  const { exported, closed, peakMiB } = result;
  process.stdout.write(
    `closed ${JSON.stringify(closed)}; ${exported.batches} good batches taken, ${exported.again} of them asked again, ` +
      `the slowest after ${exported.slowestMs.toFixed(0)} ms; memory ${peakMiB?.toFixed(0)} MiB at the highest\n`,
  );
}
