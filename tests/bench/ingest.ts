import { parseArgs } from "node:util";
import { requireFreshBinary } from "../support/binary.ts";
import { TRANSPORTS, type Transport } from "./ingest/load.ts";
import { type Measured, measureBaseline, measureRow, rowName, type SyncMode } from "./ingest/pinned.ts";

/**
 * How much telemetry the compiled receiver takes in, for docs/performance.md: batches of 100 records of real sessions, over
 * each transport, from one connection to many, with and without waiting for the disk. The receiver runs on one core, the
 * sender on another, and next to each row the receiver's core does JSON.parse and JSON.stringify on the same records:
 * what is compared with the bounds is the ratio of the two.
 *
 *   bun tests/bench/ingest.ts [--quick] [--only http/json] [--check]
 *
 * `--check` exits 1 when a bound is broken. Linux, for it pins with `taskset` and reads /proc.
 */

/** Smallest ratio to the baseline. One connection waits for its answers, so it is shown and not judged. */
const RATIO_MIN: Readonly<Record<Transport, number>> = { "http/protobuf": 0.3, "http/json": 0.45, grpc: 0.25 };
/** With every acknowledgement synced, of those, at this many connections. */
const SYNCED = { share: 0.6, connections: 64 } as const;
const PEAK_MB_MAX = 200;
/** Beyond, it is the sender that was measured. */
const CLIENT_CPU_MAX = 0.8;
const SEED = 1;

type Row = { readonly transport: Transport; readonly connections: number; readonly sync: SyncMode };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    check: { type: "boolean", default: false },
  },
});

requireFreshBinary();
const times = values.quick
  ? { warmUpMs: 1_000, forMs: 1_500, baselineSeconds: 0.4 }
  : { warmUpMs: 2_000, forMs: 4_000, baselineSeconds: 1 };
const rows = rowsOf(values.quick ? [1, 64] : [1, 8, 64]).filter(({ transport }) => transport.includes(values.only));
process.exitCode = (await measureAll(rows)) || !values.check ? 0 : 1;

function rowsOf(connections: readonly number[]): Row[] {
  return (["off", "always"] as const).flatMap((sync) =>
    TRANSPORTS.flatMap((transport) => connections.map((count) => ({ transport, connections: count, sync }))),
  );
}

async function measureAll(rows: readonly Row[]): Promise<boolean> {
  const width = Math.max(...rows.map((row) => rowName(row.transport, row.connections, row.sync).length));
  say(`${"".padEnd(width)}  records/s  × base  server  client    p50 ms    p99 ms  peak MB  bound\n`);
  let isKept = true;
  let baseline = await measureBaseline(SEED, times.baselineSeconds);
  const baselines = [baseline];
  for (const row of rows) {
    const measured = await measureRow({ ...row, ...times, seed: SEED }, row.sync);
    const next = await measureBaseline(SEED, times.baselineSeconds);
    const ratio = measured.records / measured.seconds / ((baseline + next) / 2);
    baseline = next;
    baselines.push(next);
    const faults = faultsOf(row, ratio, measured);
    isKept &&= faults.length === 0;
    say(lineOf(row, ratio, measured, width).concat("  ", verdictOf(row, faults), "\n"));
  }
  const sorted = baselines.sort((left, right) => left - right).map((rate) => Math.round(rate));
  say(`base: JSON.parse and JSON.stringify on one core, ${sorted[0]} to ${sorted.at(-1)} records/s, beside each row\n`);
  return isKept;
}

function lineOf({ transport, connections, sync }: Row, ratio: number, measured: Measured, width: number): string {
  const { records, seconds, serverCpuShare, clientCpuShare, p50Ms, p99Ms, peakMb } = measured;
  return [
    rowName(transport, connections, sync).padEnd(width),
    String(Math.round(records / seconds)).padStart(9),
    ratio.toFixed(2).padStart(6),
    `${Math.round(serverCpuShare * 100)} %`.padStart(6),
    `${Math.round(clientCpuShare * 100)} %`.padStart(6),
    p50Ms.toFixed(2).padStart(8),
    p99Ms.toFixed(2).padStart(8),
    peakMb.toFixed(0).padStart(7),
  ].join("  ");
}

function boundOf({ transport, connections, sync }: Row): number | null {
  if (connections === 1) return null;
  if (sync === "off") return RATIO_MIN[transport];
  return connections >= SYNCED.connections ? RATIO_MIN[transport] * SYNCED.share : null;
}

function faultsOf(row: Row, ratio: number, { peakMb, clientCpuShare }: Measured): string[] {
  const bound = boundOf(row);
  return [
    ...(bound !== null && ratio < bound ? [`below ${bound.toFixed(2)}`] : []),
    ...(peakMb > PEAK_MB_MAX ? [`over ${PEAK_MB_MAX} MB`] : []),
    ...(clientCpuShare > CLIENT_CPU_MAX ? ["the sender was busy"] : []),
  ];
}

function verdictOf(row: Row, faults: readonly string[]): string {
  const bound = boundOf(row);
  return `${bound === null ? "    " : bound.toFixed(2)}  ${faults.length === 0 ? "kept" : `BROKEN: ${faults.join(", ")}`}`;
}

function say(text: string): void {
  process.stdout.write(text);
}
