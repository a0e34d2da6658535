import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { writeHistory } from "./history.ts";
import { benchMachine } from "./machine.ts";
import { type Row, rowsOn } from "./rows.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/**
 * How long the compiled program takes beside `node -e 0`, for docs/performance.md. The rows run in turn, round after
 * round, so that whatever else the machine does affects all of them alike. Medians are compared.
 *
 *   bun tests/bench/startup.ts [--rounds 15] [--history-mb 64] [--against BINARY] [--check]
 *
 * `--against` measures another build in the same rounds, on a machine of its own, and prints the ratio of the two.
 * `--check` exits 1 when a bound is broken, or when a row is more than 5 % slower than the other build.
 */

const BYTES_PER_MB = 1_000_000;
const SLOWER_MAX = 1.05;
const NOT_MEASURED: Spread = { median: Number.NaN, p10: Number.NaN, p90: Number.NaN };

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    "history-mb": { type: "string", default: "64" },
    against: { type: "string" },
    check: { type: "boolean", default: false },
  },
});

/** A row of this build, and the same row of the other build when there is one. */
type Pair = { readonly own: Row; readonly other: Row | undefined };

requireFreshBinary();
const historyMb = Number(values["history-mb"]);
say(
  `500 agent sessions, 25 of them wear a masque; 200 private masques; ${historyMb} MB of telemetry, judged before; ` +
    `${values.rounds} rounds\n`,
);
using machines = new DisposableStack();
const own = await rowsOf(MASQUE_BINARY);
const others = values.against === undefined ? [] : await rowsOf(resolve(values.against));
const pairs: Pair[] = own.map((row) => ({ own: row, other: others.find(({ name }) => name === row.name) }));
const measured = await measure(pairs, Number(values.rounds));
const isKept = print(pairs, measured);
process.exitCode = values.check && !isKept ? 1 : 0;

async function rowsOf(binary: string): Promise<readonly Row[]> {
  const machine = machines.use(await benchMachine(binary));
  writeHistory(machine.otel, { bytes: historyMb * BYTES_PER_MB, latest: machine.wearing });
  return await rowsOn(machine, binary);
}

async function measure(pairs: readonly Pair[], rounds: number): Promise<ReadonlyMap<Row, Spread>> {
  const durations = new Map<Row, number[]>();
  // The first round warms up: files into memory, libraries into the cache, telemetry into the judge's store.
  for (let round = -1; round < rounds; round++) {
    for (const { own, other } of pairs) {
      // The two builds take turns at going first.
      for (const row of round % 2 === 0 ? [own, other] : [other, own]) {
        if (!row) continue;
        row.prepare();
        const tookMs = await row.measureMs();
        if (round >= 0) durations.set(row, [...(durations.get(row) ?? []), tookMs]);
      }
    }
  }
  return new Map([...durations].map(([row, all]) => [row, spreadOf(all)]));
}

function print(pairs: readonly Pair[], measured: ReadonlyMap<Row, Spread>): boolean {
  const width = Math.max(...pairs.map(({ own }) => own.name.length));
  const isAgainst = pairs.some(({ other }) => other !== undefined);
  const base = medianOf(pairs[0]?.own, measured);
  say(
    `${"".padEnd(width)}  median ms  (p10 to p90)     × node  bound${isAgainst ? "         other ms  × other" : ""}\n`,
  );
  let isKept = true;
  for (const { own, other } of pairs) {
    const { median, p10, p90 } = measured.get(own) ?? NOT_MEASURED;
    const ratio = median / base;
    const isWithin = own.bound === null || ratio <= own.bound;
    const bound = own.bound === null ? "" : `${own.bound.toFixed(2)}  ${isWithin ? "kept" : "BROKEN"}`;
    const otherMs = medianOf(other, measured);
    const isLevel = other === undefined || own.bound === null || median / otherMs <= SLOWER_MAX;
    const beside = other
      ? `${otherMs.toFixed(1).padStart(9)}  ${(median / otherMs).toFixed(2).padStart(7)}${isLevel ? "" : "  SLOWER"}`
      : "";
    isKept &&= isWithin && isLevel;
    say(
      `${own.name.padEnd(width)}  ${median.toFixed(1).padStart(9)}  ` +
        `${`(${p10.toFixed(1)} to ${p90.toFixed(1)})`.padEnd(16)}${ratio.toFixed(2).padStart(6)}  ` +
        `${bound.padEnd(12)}${beside}`.trimEnd(),
    );
    say("\n");
  }
  return isKept;
}

function medianOf(row: Row | undefined, measured: ReadonlyMap<Row, Spread>): number {
  return (row ? measured.get(row) : undefined)?.median ?? Number.NaN;
}

function say(text: string): void {
  process.stdout.write(text);
}
