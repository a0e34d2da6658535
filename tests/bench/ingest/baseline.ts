import { makeBatches, RECORDS_A_BATCH } from "./batches.ts";

/**
 * What everything is compared with: one core that does nothing but `JSON.parse` and `JSON.stringify` on the batches.
 * Run as a program of its own, pinned by who starts it; prints records a second.
 *
 *     bun tests/bench/ingest/baseline.ts <seed> <seconds>
 */

const MS_PER_SECOND = 1_000;

const [seed, seconds] = process.argv.slice(2).map(Number);
if (seed === undefined || seconds === undefined) throw new Error("baseline.ts <seed> <seconds>");
const texts = makeBatches(seed).map(({ json }) => Buffer.from(json).toString());
rateOver(seconds / 2);
process.stdout.write(`${rateOver(seconds)}\n`);

function rateOver(seconds: number): number {
  const startedMs = performance.now();
  let [batches, chars] = [0, 0];
  while (performance.now() - startedMs < seconds * MS_PER_SECOND) {
    for (const text of texts) chars += JSON.stringify(JSON.parse(text)).length;
    batches += texts.length;
  }
  if (chars === 0) throw new Error("Nothing was stringified");
  return (batches * RECORDS_A_BATCH * MS_PER_SECOND) / (performance.now() - startedMs);
}
