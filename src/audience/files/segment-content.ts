import { open } from "node:fs/promises";
import { LIMITS } from "../../kernel/limits.ts";
import type { ClosedFile } from "../../telemetry/file-names.ts";
import { decodeJson } from "../../telemetry/json/decode.ts";
import { type Canonical, DecodeError, REQUESTS } from "../../telemetry/message.ts";
import { recordsOf } from "../../telemetry/records.ts";
import type { Signal } from "../../telemetry/signal.ts";

/** What a segment holds. It is read only when the segment is about to be dropped. */
export type SegmentContent = {
  readonly records: number;
  /**
   * Times of its records, nanoseconds since 1970; `null` where no record has one. A time of 0, or one that had not come yet
   * when the segment was closed, is a sender's error and does not count.
   */
  readonly oldestUnixNano: bigint | null;
  readonly newestUnixNano: bigint | null;
};

const NEWLINE = 0x0a;
const NANOS_PER_MS = 1_000_000n;
/** A sender's clock may be so far ahead of this machine's. */
const AHEAD_MS = 3_600_000;
const TIMES = ["timeUnixNano", "startTimeUnixNano", "observedTimeUnixNano"] as const;

/**
 * Reads a segment through, a chunk at a time, so that requests are answered meanwhile. Lines that are not a request can
 * only come from another program. They do not count.
 *
 * @throws System errors of opening and reading.
 */
export async function readSegmentContent(
  path: string,
  { signal, unixMs }: Pick<ClosedFile, "signal" | "unixMs">,
): Promise<SegmentContent> {
  const tally = new ContentTally(signal, BigInt(unixMs + AHEAD_MS) * NANOS_PER_MS);
  const file = await open(path, "r");
  try {
    let rest: Uint8Array = new Uint8Array(0);
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(LIMITS.segmentChunkBytes));
      if (bytesRead === 0) break;
      rest = await takeLines(Buffer.concat([rest, buffer.subarray(0, bytesRead)]), tally);
      // Only another program writes such a line. Without the limit all of it would be held in memory.
      if (rest.length > LIMITS.otlpLineBytesMax) rest = new Uint8Array(0);
    }
    tally.take(rest);
  } finally {
    await file.close();
  }
  return tally;
}

async function takeLines(bytes: Buffer, tally: ContentTally): Promise<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    tally.take(bytes.subarray(start, end));
    start = end + 1;
    await breathe();
  }
  return bytes.subarray(start);
}

/** Lets requests that wait be answered first. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class ContentTally implements SegmentContent {
  readonly #signal: Signal;
  readonly #untilUnixNano: bigint;
  records = 0;
  oldestUnixNano: bigint | null = null;
  newestUnixNano: bigint | null = null;

  constructor(signal: Signal, untilUnixNano: bigint) {
    this.#signal = signal;
    this.#untilUnixNano = untilUnixNano;
  }

  take(line: Uint8Array): void {
    for (const record of recordsIn(this.#signal, line)) {
      this.records += 1;
      this.#takeTime(record);
    }
  }

  #takeTime(record: Canonical): void {
    const text = TIMES.map((name) => record[name]).find((time) => typeof time === "string" && time !== "0");
    if (typeof text !== "string") return;
    const time = BigInt(text);
    if (time === 0n || time > this.#untilUnixNano) return;
    if (this.oldestUnixNano === null || time < this.oldestUnixNano) this.oldestUnixNano = time;
    if (this.newestUnixNano === null || time > this.newestUnixNano) this.newestUnixNano = time;
  }
}

function recordsIn(signal: Signal, line: Uint8Array): Iterable<Canonical> {
  if (line.length === 0) return [];
  try {
    return recordsOf(signal, decodeJson(REQUESTS[signal], line).request);
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}
