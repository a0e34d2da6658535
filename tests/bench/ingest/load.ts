import { type Batch, makeBatches, RECORDS_A_BATCH } from "./batches.ts";
import { connectGrpc, grpcRequest } from "./grpc-sender.ts";
import { connectHttp, httpRequest } from "./http-sender.ts";
import type { Sender } from "./sender.ts";

/**
 * The sender of one row: some connections, each sending a batch and the next one when that is acknowledged. Run as a
 * program of its own, pinned by who starts it; prints a {@link Load} as JSON.
 *
 *     bun tests/bench/ingest/load.ts '{"transport":"http/json","port":4318,"connections":8,"warmUpMs":500,"forMs":2000,"seed":1}'
 */

/** The ways in. */
export const TRANSPORTS = ["http/protobuf", "http/json", "grpc"] as const;

/** One of them. */
export type Transport = (typeof TRANSPORTS)[number];

/** What is sent, and for how long. */
export type LoadPlan = {
  readonly transport: Transport;
  readonly port: number;
  readonly connections: number;
  readonly warmUpMs: number;
  readonly forMs: number;
  readonly seed: number;
  /** {@link RECORDS_A_BATCH} unless said otherwise. */
  readonly recordsABatch?: number;
};

/** What came of it, of the time after the warm-up. */
export type Load = {
  readonly records: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of one core, by this program. */
  readonly clientCpuShare: number;
  /** Records since the first, acknowledged all of them. */
  readonly recordsInAll: number;
};

const MICROS_PER_MS = 1_000;

/** Says when the warm-up is over, so that who started it can look at the clocks. */
export const WARM = "warm\n";

async function load(plan: LoadPlan): Promise<Load> {
  const { recordsABatch = RECORDS_A_BATCH } = plan;
  const requests = makeBatches(plan.seed, recordsABatch).map((batch) => requestOf(plan.transport, batch));
  const connect = plan.transport === "grpc" ? connectGrpc : connectHttp;
  const senders = await Promise.all(Array.from({ length: plan.connections }, () => connect(plan.port)));
  const startMs = performance.now() + plan.warmUpMs;
  const endMs = startMs + plan.forMs;
  let cpuBefore = process.cpuUsage();
  let cpu = cpuBefore;
  setTimeout(() => {
    cpuBefore = process.cpuUsage();
    process.stdout.write(WARM);
  }, plan.warmUpMs);
  setTimeout(() => {
    cpu = process.cpuUsage(cpuBefore);
  }, plan.warmUpMs + plan.forMs);
  const durationsMs: number[] = [];
  let inAll = 0;
  const sendOn = async (sender: Sender, first: number) => {
    for (let n = first; performance.now() < endMs; n += 1) {
      const sentMs = performance.now();
      await sender.send(requests[n % requests.length] ?? new Uint8Array(0));
      const nowMs = performance.now();
      inAll += 1;
      if (nowMs >= startMs && nowMs < endMs) durationsMs.push(nowMs - sentMs);
    }
    sender.close();
  };
  await Promise.all([Bun.sleep(plan.warmUpMs + plan.forMs), ...senders.map((sender, n) => sendOn(sender, n * 7))]);
  durationsMs.sort((left, right) => left - right);
  const at = (share: number) => durationsMs[Math.floor((durationsMs.length - 1) * share)] ?? Number.NaN;
  return {
    records: durationsMs.length * recordsABatch,
    seconds: plan.forMs / 1_000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    clientCpuShare: (cpu.user + cpu.system) / (plan.forMs * MICROS_PER_MS),
    recordsInAll: inAll * recordsABatch,
  };
}

function requestOf(transport: Transport, { json, protobuf }: Batch): Uint8Array {
  if (transport === "grpc") return grpcRequest(protobuf);
  return transport === "http/json" ? httpRequest("json", json) : httpRequest("protobuf", protobuf);
}

if (import.meta.main) {
  const plan: LoadPlan = JSON.parse(process.argv[2] ?? "");
  process.stdout.write(`${JSON.stringify(await load(plan))}\n`);
  process.exit();
}
