import { parseArgs } from "node:util";
import { MASQUE_BINARY, requireFreshBinary } from "../support/binary.ts";
import { writeHistory } from "./history.ts";
import { benchMachine } from "./machine.ts";
import { type Row, rowsOn } from "./rows.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/**
 * How long the compiled program takes beside `node -e 0`, for docs/performance.md. The rows are run in turn, round after
 * round, so that whatever else the machine does meets all of them alike; medians are compared.
 *
 *   bun tests/bench/startup.ts [--rounds 15] [--history-mb 64] [--check]
 *
 * `--check` exits 1 when a bound is broken.
 */

const BYTES_PER_MB = 1_000_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    "history-mb": { type: "string", default: "64" },
    check: { type: "boolean", default: false },
  },
});

requireFreshBinary();
const historyMb = Number(values["history-mb"]);
using machine = await benchMachine(MASQUE_BINARY);
writeHistory(machine.otel, { bytes: historyMb * BYTES_PER_MB, latest: machine.wearing });
say(
  `50 agent sessions, 25 of them wearing; ${historyMb} MB of telemetry, judged once before; ${values.rounds} rounds\n`,
);
if (process.env["NODE_EXTRA_CA_CERTS"]) say("NODE_EXTRA_CA_CERTS is set, which makes node itself slower to start\n");
const rows = await rowsOn(machine, MASQUE_BINARY);
const measured = await measure(rows, Number(values.rounds));
const isKept = print(rows, measured);
process.exitCode = values.check && !isKept ? 1 : 0;

async function measure(rows: readonly Row[], rounds: number): Promise<ReadonlyMap<Row, Spread>> {
  const durations = new Map<Row, number[]>(rows.map((row) => [row, []]));
  // The first round warms: files into memory, libraries into the cache, telemetry judged once.
  for (let round = -1; round < rounds; round++) {
    for (const row of rows) {
      row.prepare();
      const tookMs = await row.measureMs();
      if (round >= 0) durations.get(row)?.push(tookMs);
    }
  }
  return new Map([...durations].map(([row, all]) => [row, spreadOf(all)]));
}

function print(rows: readonly Row[], measured: ReadonlyMap<Row, Spread>): boolean {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const base = [...measured.values()][0]?.median ?? Number.NaN;
  say(`${"".padEnd(width)}  median ms  (p10 to p90)     × node  bound\n`);
  let isKept = true;
  for (const [{ name, bound }, { median, p10, p90 }] of measured) {
    const ratio = median / base;
    const verdict = bound === null ? "" : ratio <= bound ? `${bound.toFixed(2)}  kept` : `${bound.toFixed(2)}  BROKEN`;
    isKept &&= bound === null || ratio <= bound;
    const range = `(${p10.toFixed(1)} to ${p90.toFixed(1)})`;
    say(
      `${name.padEnd(width)}  ${median.toFixed(1).padStart(9)}  ${range.padEnd(16)}${ratio.toFixed(2).padStart(6)}  ${verdict}\n`,
    );
  }
  return isKept;
}

function say(text: string): void {
  process.stdout.write(text);
}
