import type { TestReceiver } from "./receiver.ts";
import { textsOf } from "./receiver-probe.ts";

/** A well-behaved exporter that goes on while something is done to its receiver: small batches, sent again when asked. */

const BATCH_EVERY_MS = 20;
const RECORDS = 20;
/** As the JavaScript exporter has it: ten seconds for a batch, a second before it is sent again. */
const GIVE_UP_MS = 10_000;
const AGAIN_MS = 1_000;

/** What became of its batches. */
export type Exported = {
  readonly batches: number;
  /** How often it was asked to send again. */
  readonly again: number;
  /** From the first sending to the acknowledgement, milliseconds. */
  readonly slowestMs: number;
};

/**
 * Exports until `during` is done, and once more.
 *
 * @throws Error when a batch was given up, or an acknowledged one is not in the file.
 */
export async function exportingSteadily(receiver: TestReceiver, during: () => Promise<void>): Promise<Exported> {
  const run = crypto.randomUUID();
  const ending = { isOver: false };
  const attacked = during().finally(() => {
    ending.isOver = true;
  });
  const exported = { batches: 0, again: 0, slowestMs: 0 };
  try {
    for (let isLast = false; !isLast; ) {
      isLast = ending.isOver;
      await exportOne(receiver, `${run}-${exported.batches}`, exported);
      exported.batches += 1;
      await Bun.sleep(BATCH_EVERY_MS);
    }
  } finally {
    await attacked;
  }
  expectInFile(receiver, run, exported.batches);
  return exported;
}

async function exportOne(receiver: TestReceiver, mark: string, exported: { again: number; slowestMs: number }) {
  const body = batch(mark);
  const startedMs = performance.now();
  for (;;) {
    const answer = await receiver.post("/v1/logs", body);
    const tookMs = performance.now() - startedMs;
    exported.slowestMs = Math.max(exported.slowestMs, tookMs);
    if (answer.status === 200) return;
    const waitMs = Number(answer.headers.get("retry-after") ?? AGAIN_MS / 1000) * 1000;
    const isRetryable = answer.status === 503 || answer.status === 429;
    if (!isRetryable || tookMs + waitMs > GIVE_UP_MS) {
      throw new Error(`A good batch was lost after ${Math.round(tookMs)} ms: ${answer.status} ${await answer.text()}`);
    }
    exported.again += 1;
    await Bun.sleep(waitMs);
  }
}

function batch(mark: string): string {
  const attributes = [{ key: "session.id", value: { stringValue: mark } }];
  const record = { timeUnixNano: "1795351211328000000", body: { stringValue: "claude_code.tool_result" }, attributes };
  const logRecords = Array<typeof record>(RECORDS).fill(record);
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ scope: { name: "steady" }, logRecords }] }] });
}

function expectInFile(receiver: TestReceiver, run: string, batches: number): void {
  const found = new Map<string, number>();
  for (const line of textsOf(receiver, "logs")) {
    const mark = new RegExp(`${run}-\\d+`).exec(line)?.[0];
    if (mark !== undefined) found.set(mark, (found.get(mark) ?? 0) + 1);
  }
  for (let number = 0; number < batches; number += 1) {
    const times = found.get(`${run}-${number}`);
    if (times !== 1) throw new Error(`The acknowledged batch ${number} is in the file ${times ?? 0} times`);
  }
}
