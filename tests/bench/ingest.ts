import { loadavg } from "node:os";
import { resolve } from "node:path";
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
 *   bun tests/bench/ingest.ts [--quick] [--only http/json] [--against BINARY] [--check]
 *
 * `--against` measures each row of another build right after it and prints how much processor time the receiver of each
 * takes for a record, because a busy machine changes that least. The two builds take turns at going first.
 * `--check` exits 1 when a bound is broken. Linux, because it pins with `taskset` and reads /proc.
 */

/** Smallest ratio to the baseline. One connection waits for its answers, so it is shown and not judged. */
const RATIO_MIN: Readonly<Record<Transport, number>> = { "http/protobuf": 0.3, "http/json": 0.45, grpc: 0.25 };
/** With every acknowledgement synced, of those, at this many connections. */
const SYNCED = { share: 0.6, connections: 64 } as const;
const PEAK_MB_MAX = 200;
/** Beyond, it is the sender that was measured. */
const CLIENT_CPU_MAX = 0.8;
/** A row that breaks a bound is measured again, and every try is shown: other programs may have had the core. */
const TRIES_MAX = 3;
const SEED = 1;

type Row = { readonly transport: Transport; readonly connections: number; readonly sync: SyncMode };

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    against: { type: "string" },
    check: { type: "boolean", default: false },
  },
});

requireFreshBinary();
const times = values.quick
  ? { warmUpMs: 1_000, forMs: 1_500, baselineSeconds: 0.4 }
  : { warmUpMs: 2_000, forMs: 4_000, baselineSeconds: 1 };
const against = values.against === undefined ? undefined : resolve(values.against);
const rows = rowsOf(values.quick ? [1, 64] : [1, 8, 64]).filter(({ transport }) => transport.includes(values.only));
process.exitCode = (await measureAll(rows)) || !values.check ? 0 : 1;

function rowsOf(connections: readonly number[]): Row[] {
  return (["off", "always"] as const).flatMap((sync) =>
    TRANSPORTS.flatMap((transport) => connections.map((count) => ({ transport, connections: count, sync }))),
  );
}

async function measureAll(rows: readonly Row[]): Promise<boolean> {
  const width = Math.max(...rows.map((row) => rowName(row.transport, row.connections, row.sync).length));
  say(`load of the machine: ${loadavg()[0]?.toFixed(1)}\n`);
  say(`${"".padEnd(width)}  records/s  × base  server  client    p50 ms    p99 ms  peak MB  bound\n`);
  const baselines = [await measureBaseline(SEED, times.baselineSeconds)];
  let isKept = true;
  for (const [index, row] of rows.entries()) {
    for (let tries = 1; ; tries++) {
      const isOtherFirst = index % 2 === 1;
      const other = isOtherFirst ? await measureOther(row) : undefined;
      const tried = await measureOnce(row, baselines);
      const beside = besideLine(tried.measured, other ?? (await measureOther(row)), width);
      const isLast = tried.faults.length === 0 || tries === TRIES_MAX;
      const again = isLast ? "" : ", again";
      say(`${lineOf(row, tried, width)}  ${verdictOf(row, tried.faults)}${again}\n${beside}`);
      if (!isLast) continue;
      isKept &&= tried.faults.length === 0;
      break;
    }
  }
  const sorted = baselines.sort((left, right) => left - right).map((rate) => Math.round(rate));
  say(`base: JSON.parse and JSON.stringify on one core, ${sorted[0]} to ${sorted.at(-1)} records/s, beside each row\n`);
  return isKept;
}

async function measureOther(row: Row): Promise<Measured | undefined> {
  return against === undefined ? undefined : await measureRow({ ...row, ...times, seed: SEED }, row.sync, against);
}

function besideLine(own: Measured, other: Measured | undefined, width: number): string {
  if (!other) return "";
  const { records, seconds, p50Ms, p99Ms, peakMb } = other;
  const [ownMicros, otherMicros] = [microsARecord(own), microsARecord(other)];
  const ratio = ownMicros / otherMicros;
  return [
    "  the other build".padEnd(width),
    String(Math.round(records / seconds)).padStart(9),
    "".padEnd(22),
    p50Ms.toFixed(2).padStart(8),
    p99Ms.toFixed(2).padStart(8),
    peakMb.toFixed(0).padStart(7),
    `processor: ${ownMicros.toFixed(2)} against ${otherMicros.toFixed(2)} µs a record, ${ratio.toFixed(2)} ×\n`,
  ].join("  ");
}

/** Of the receiver's processor time. */
function microsARecord({ records, seconds, serverCpuShare }: Measured): number {
  return (serverCpuShare * seconds * 1e6) / records;
}

type Tried = { readonly measured: Measured; readonly ratio: number; readonly faults: readonly string[] };

/** One row between two baselines, of which the second is added to those that there are. */
async function measureOnce(row: Row, baselines: number[]): Promise<Tried> {
  const measured = await measureRow({ ...row, ...times, seed: SEED }, row.sync);
  const [before, after] = [baselines.at(-1) ?? Number.NaN, await measureBaseline(SEED, times.baselineSeconds)];
  baselines.push(after);
  const ratio = measured.records / measured.seconds / ((before + after) / 2);
  return { measured, ratio, faults: faultsOf(row, ratio, measured) };
}

function lineOf({ transport, connections, sync }: Row, { measured, ratio }: Tried, width: number): string {
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
