import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type Json, parseJson } from "../../../src/kernel/text/json.ts";
import { decodeJson } from "../../../src/telemetry/json/decode.ts";
import { REQUESTS } from "../../../src/telemetry/message.ts";
import { CHECKOUT } from "../../support/binary.ts";
import { encodeOtlp } from "../../support/encode-otlp.ts";
import { type Random, seededRandom } from "../../support/random.ts";

/**
 * Batches of log records for loading a receiver: what real sessions sent, in the JavaScript exporter's own JSON and in
 * protobuf, with ids and times of their own in every batch so that nothing repeats that would not in life.
 */

/** Records in a batch: what the host sends after some busy seconds. */
export const RECORDS_A_BATCH = 100;
/** Enough that no cache of a receiver holds them all as they are, few enough to be sent over and over. */
const BATCHES = 48;
const RECORDINGS = [
  "src/app/install/demo/recording/000-logs.json",
  "tests/fixtures/telemetry/quick-http-json/000-logs.json",
];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UNIX_NANO = /^\d{19}$/;
const MS_A_BATCH = 5_000;
const NANOS_PER_MS = 1_000_000n;

/** One batch as it goes on the wire. */
export type Batch = { readonly json: Uint8Array; readonly protobuf: Uint8Array };

/** The same batches for the same seed. */
export function makeBatches(seed: number, recordsABatch = RECORDS_A_BATCH): readonly Batch[] {
  const random = seededRandom(seed);
  const recordings = RECORDINGS.map(readRecording);
  return Array.from({ length: BATCHES }, (_, number) => {
    const { resource, scope, records } = random.pick(recordings);
    const first = random.whole(records.length);
    const taken = Array.from({ length: recordsABatch }, (_, n) => records[(first + n) % records.length] ?? null);
    const change = changeOf(random, number);
    const logRecords = taken.map((record) => change(record));
    const text = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] });
    const json = Buffer.from(text);
    return { json, protobuf: encodeOtlp(REQUESTS.logs, decodeJson(REQUESTS.logs, json).request) };
  });
}

type Recording = { readonly resource: Json; readonly scope: Json; readonly records: readonly Json[] };

function readRecording(path: string): Recording {
  const request = parseJson(readFileSync(join(CHECKOUT, path), "utf8"));
  const resourceLogs = firstOf(request, "resourceLogs");
  const scopeLogs = firstOf(resourceLogs, "scopeLogs");
  const records = isObject(scopeLogs) ? scopeLogs["logRecords"] : undefined;
  if (!isObject(resourceLogs) || !isObject(scopeLogs) || !Array.isArray(records)) {
    throw new Error(`"${path}" is no recorded request of log records`);
  }
  return { resource: resourceLogs["resource"] ?? null, scope: scopeLogs["scope"] ?? null, records };
}

function firstOf(value: Json | undefined, name: string): Json | undefined {
  const list = isObject(value) ? value[name] : undefined;
  return Array.isArray(list) ? list[0] : undefined;
}

/** Gives a record other ids, the same ones for the same ids within the batch, and a later time. */
function changeOf(random: Random, number: number): (value: Json) => Json {
  const ids = new Map<string, string>();
  const another = (id: string): string => {
    const known = ids.get(id) ?? id.replace(/[0-9a-f]/g, () => random.whole(16).toString(16));
    ids.set(id, known);
    return known;
  };
  const laterMs = number * MS_A_BATCH;
  const change = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(change);
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, change(inner ?? null)]));
    }
    if (typeof value !== "string") return value;
    if (UNIX_NANO.test(value)) return String(BigInt(value) + BigInt(laterMs) * NANOS_PER_MS);
    if (ISO_TIME.test(value)) return new Date(Date.parse(value) + laterMs).toISOString();
    return value.replace(UUID, another);
  };
  return change;
}
