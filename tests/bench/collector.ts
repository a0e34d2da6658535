import { existsSync } from "node:fs";
import { arch, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { buildCollector, findGo, startCollector } from "./collector/collector.ts";
import { TRANSPORTS, type Transport } from "./ingest/load.ts";
import { type Measured, measureLoad, type Receiver, startReceiver } from "./ingest/pinned.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What a million log records cost a receiver, for docs/internals/receiver.md: the compiled program beside the OpenTelemetry
 * Collector (otlpreceiver and fileexporter, built here with Go), on the same requests of 1 and of 100 records. Each runs
 * alone on one core and writes a file; the sender has another core. The table has the median of the rounds.
 *
 *   bun tests/bench/collector.ts [--rounds 3] [--quick]
 *
 * Linux, for it pins with `taskset` and reads /proc. Go builds the Collector once, into .cache/collector.
 */

const CONNECTIONS = 8;
const RECORDS_A_REQUEST = [1, 100] as const;
const SEED = 1;
const PER_MILLION = 1_000_000;

type Row = { readonly transport: Transport; readonly recordsABatch: number };
type Cost = { readonly cpuSeconds: number; readonly peakMb: number; readonly recordsPerSecond: number };

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, quick: { type: "boolean", default: false } },
});

const go = findGo();
if (go === undefined) {
  process.stderr.write("Go was not found on the PATH nor in /usr/local/go/bin: install it from https://go.dev/dl\n");
  process.exitCode = 1;
} else if (!existsSync("/proc/self/stat")) {
  process.stderr.write("This bench reads /proc and pins with taskset: run it on Linux\n");
  process.exitCode = 1;
} else {
  requireFreshBinary();
  await compare(await buildCollector(go));
}

async function compare(collector: { readonly program: string; readonly versions: string }): Promise<void> {
  const receivers: Readonly<Record<string, (row: Row) => Promise<Receiver>>> = {
    "masque, sync off": () => startReceiver("off", MASQUE_BINARY),
    "masque, sync always": () => startReceiver("always", MASQUE_BINARY),
    Collector: ({ recordsABatch }) => startCollector(collector.program, recordsABatch),
  };
  say(
    `${collector.versions}; ${cpus().length} × ${cpus()[0]?.model} (${arch()}), load ${loadavg()[0]?.toFixed(1)}\n\n`,
  );
  say(
    "| requests | receiver | CPU seconds a million records | records/s | peak MB |\n| --- | --- | --- | --- | --- |\n",
  );
  for (const row of rowsOf()) {
    const costs = new Map(Object.keys(receivers).map((name) => [name, [] as Cost[]]));
    for (let round = 0; round < roundsOf(); round++) {
      for (const [name, start] of Object.entries(receivers)) costs.get(name)?.push(await measure(row, start));
    }
    for (const [name, found] of costs) say(lineOf(row, name, found));
  }
  say(`\nLoad at the end: ${loadavg()[0]?.toFixed(1)}\n`);
}

function rowsOf(): readonly Row[] {
  return TRANSPORTS.flatMap((transport) => RECORDS_A_REQUEST.map((recordsABatch) => ({ transport, recordsABatch })));
}

function roundsOf(): number {
  return values.quick ? 1 : Number(values.rounds);
}

async function measure(row: Row, start: (row: Row) => Promise<Receiver>): Promise<Cost> {
  const times = values.quick ? { warmUpMs: 500, forMs: 1_500 } : { warmUpMs: 1_500, forMs: 4_000 };
  await using receiver = await start(row);
  return costOf(await measureLoad({ ...row, ...times, connections: CONNECTIONS, seed: SEED }, receiver));
}

function costOf({ records, seconds, serverCpuShare, peakMb }: Measured): Cost {
  return {
    cpuSeconds: (serverCpuShare * seconds * PER_MILLION) / records,
    peakMb,
    recordsPerSecond: records / seconds,
  };
}

function lineOf({ transport, recordsABatch }: Row, name: string, costs: readonly Cost[]): string {
  const middle = (of: (cost: Cost) => number) => spreadOf(costs.map(of)).median;
  const cpu = middle(({ cpuSeconds }) => cpuSeconds).toFixed(1);
  const rate = Math.round(middle(({ recordsPerSecond }) => recordsPerSecond));
  const requests = `${transport}, ${recordsABatch} ${recordsABatch === 1 ? "record" : "records"}`;
  return `| ${requests} | ${name} | ${cpu} | ${rate} | ${middle(({ peakMb }) => peakMb).toFixed(0)} |\n`;
}

function say(text: string): void {
  process.stdout.write(text);
}
