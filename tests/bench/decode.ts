import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { JsonTranscoder } from "../../src/telemetry/json/transcode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { linePlans } from "../../src/telemetry/line/line-plan.ts";
import { REQUESTS } from "../../src/telemetry/message.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { ProtobufTranscoder } from "../../src/telemetry/protobuf/transcode.ts";
import { type Batch, makeBatches, RECORDS_A_BATCH } from "./ingest/batches.ts";
import { spreadOf } from "./statistics.ts";

/**
 * What reading a request into its line's bytes costs, without any server: through objects, as the thorough decoders do,
 * and from bytes to bytes, as the transcoders do. Each way has its turn, round after round; what counts is this
 * process's own processor time, so that whatever else the machine does matters little.
 *
 *   bun tests/bench/decode.ts
 */

const ROUNDS = 24;
/** By then everything that will be compiled is. */
const WARM_UP_ROUNDS = 8;

const batches = makeBatches(1);
const texts = new Map(batches.map((batch) => [batch, Buffer.from(batch.json).toString()]));
const quick = { json: new JsonTranscoder(), protobuf: new ProtobufTranscoder() };

/** Each answers how many bytes the line has, newline included. */
const WAYS: Readonly<Record<string, (batch: Batch) => number>> = {
  "JSON.parse and JSON.stringify": (batch) => JSON.stringify(JSON.parse(texts.get(batch) ?? "")).length,
  "JSON, thorough": ({ json }) => bytesOf(linesOf("logs", decodeJson(REQUESTS.logs, json).request).lines),
  "JSON, quick": ({ json }) => quick.json.transcode(linePlans().logs, json)?.line.length ?? 0,
  "protobuf, thorough": ({ protobuf }) =>
    bytesOf(linesOf("logs", decodeProtobuf(REQUESTS.logs, protobuf).request).lines),
  "protobuf, quick": ({ protobuf }) => quick.protobuf.transcode(linePlans().logs, protobuf)?.line.length ?? 0,
};

for (const batch of batches) {
  const lengths = Object.entries(WAYS).flatMap(([name, way]) => (/thorough|quick/.test(name) ? [way(batch)] : []));
  if (new Set(lengths).size !== 1) throw new Error(`The ways do not come to the same line: ${lengths}`);
}
print(measure());

function bytesOf(lines: readonly string[]): number {
  return Buffer.from(`${lines.join("\n")}\n`).length;
}

/** Microseconds a record, by way. */
function measure(): Map<string, number> {
  const microseconds = new Map<string, number[]>(Object.keys(WAYS).map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [name, way] of Object.entries(WAYS)) {
      const before = process.cpuUsage();
      for (const batch of batches) way(batch);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) microseconds.get(name)?.push((user + system) / (batches.length * RECORDS_A_BATCH));
    }
  }
  return new Map([...microseconds].map(([name, all]) => [name, spreadOf(all).median]));
}

function print(measured: ReadonlyMap<string, number>): void {
  const base = [...measured.values()][0] ?? Number.NaN;
  const width = Math.max(...[...measured.keys()].map(({ length }) => length));
  process.stdout.write(`${"".padEnd(width)}  µs a record  records/s  × base\n`);
  for (const [name, median] of measured) {
    const perSecond = String(Math.round(1_000_000 / median)).padStart(9);
    const ratio = (base / median).toFixed(2).padStart(6);
    process.stdout.write(`${name.padEnd(width)}  ${median.toFixed(2).padStart(11)}  ${perSecond}  ${ratio}\n`);
  }
}
