import { LineReader } from "../../src/judge/reading/line-reader.ts";
import { RecordRows } from "../../src/judge/reading/record-rows.ts";
import { ThoroughReader } from "../../src/judge/reading/thorough-reader.ts";
import { sentLines } from "../support/otlp-corpus.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What reading lines of telemetry into rows costs, without files and database: by guessing, through objects, and
 * `JSON.parse` alone, of the same recorded lines. Each has its turn, round after round; what counts is this process's own
 * processor time, so that whatever else the machine does matters little.
 *
 *   bun tests/bench/reading.ts
 */

const ROUNDS = 24;
/** By then everything that will be compiled is. */
const WARM_UP_ROUNDS = 8;
const LINES_A_ROUND = 400;
const PLACE = { source: 0, line: 0, content: "events-and-marks" } as const;

const lines = sentLines().map((line) => Buffer.from(line));
const quick = new LineReader();
const rows = new RecordRows();
const thorough = new ThoroughReader(rows);

const WAYS: Readonly<Record<string, (line: Buffer) => void>> = {
  "JSON.parse alone": (line) => JSON.parse(line.toString()),
  "through objects": (line) => {
    rows.beginLine(PLACE);
    thorough.read(line.toString());
    rows.dropLine();
  },
  "by guessing": (line) => {
    quick.readLine(line, 0, PLACE);
    quick.rows.dropLine();
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
  process.stdout.write(
    `${name.padEnd(18)} ${speed.padStart(5)} MB/s  ${(base / median).toFixed(2)} times JSON.parse\n`,
  );
}
