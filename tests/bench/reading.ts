import { LineReader } from "../../src/judge/reading/line-reader.ts";
import { sentLines } from "../support/otlp-corpus.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What reading lines of telemetry into rows costs beside `JSON.parse` alone, without files and database, on the same
 * recorded lines. Both run in turn, round after round. The numbers are this process's own processor time, which other
 * work on the machine changes little.
 *
 *   bun tests/bench/reading.ts
 */

const ROUNDS = 24;
/** After these rounds everything is compiled. */
const WARM_UP_ROUNDS = 8;
const LINES_A_ROUND = 400;
const PLACE = { source: 0, line: 0, content: "events" } as const;

const lines = sentLines().map((line) => Buffer.from(line));
const reader = new LineReader();

const WAYS: Readonly<Record<string, (line: Buffer) => void>> = {
  "JSON.parse alone": (line) => JSON.parse(line.toString()),
  "into rows": (line) => {
    reader.readLine(line, 0, PLACE);
    reader.rows.dropLine();
  },
};

const times = new Map(Object.keys(WAYS).map((name) => [name, [] as number[]]));
let bytes = 0;
for (let at = 0; at < LINES_A_ROUND; at++) bytes += lines[at % lines.length]?.length ?? 0;
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(WAYS)) {
    const before = process.cpuUsage();
    for (let at = 0; at < LINES_A_ROUND; at++) way(lines[at % lines.length] ?? Buffer.alloc(0));
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) times.get(name)?.push(user + system);
  }
}
const base = spreadOf(times.get("JSON.parse alone") ?? []).median;
for (const [name, all] of times) {
  const { median } = spreadOf(all);
  const speed = (bytes / median).toFixed(0);
  process.stdout.write(`${name.padEnd(18)} ${speed.padStart(5)} MB/s  ${(median / base).toFixed(2)} × JSON.parse\n`);
}
