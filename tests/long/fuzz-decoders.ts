import { decodeJson } from "../../src/telemetry/json/decode.ts";
import { linesOf } from "../../src/telemetry/line/line.ts";
import { DecodeError, REQUESTS } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { decodeProtobuf } from "../../src/telemetry/protobuf/decode.ts";
import { RequestReader } from "../../src/telemetry/request-reader.ts";
import type { Signal } from "../../src/telemetry/signal.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";
import { givenNumbers } from "../support/given-numbers.ts";
import { MUTATIONS, mutate } from "../support/mutate.ts";
import { type ExportRequest, generatedRequests, recordedRequests, singleRequests } from "../support/otlp-corpus.ts";
import { faultOfLine } from "../support/otlp-json.ts";
import { type Random, seededRandom } from "../support/random.ts";
import { freshSeed } from "../support/seed.ts";

/**
 * Damaged bodies, many and the same for one seed, given to the reader of requests: whatever it takes becomes lines of
 * valid OTLP-JSON, whatever it does not take is a `DecodeError`, nothing of either stays in memory, and its quick way and
 * the thorough decoders always say the same.
 *
 *     bun tests/long/fuzz-decoders.ts --bodies 1000000
 */

/** One of the two encodings of OTLP. */
export type FuzzedEncoding = keyof typeof DECODERS;

const DECODERS = { protobuf: decodeProtobuf, json: decodeJson } as const;

/** A whole recording is some hundred times a single record of it, so that often is it taken. */
const WHOLE_ONE_IN = 100;
/** By then code is compiled and buffers have their size: what grows after is growth. */
const WARM_UP_SHARE = 0.1;
const MiB = 1024 * 1024;

/** What became of the bodies. */
export type FuzzResult = {
  readonly bodies: number;
  readonly taken: number;
  readonly lines: number;
  readonly bytes: number;
  /** The longest that one body took, milliseconds. */
  readonly slowestMs: number;
  readonly seconds: number;
  /** Resident memory now, less what it was after the first tenth of the bodies, in MiB. */
  readonly grownMiB: number;
};

type Body = { readonly signal: Signal; readonly bytes: Buffer };
type Corpus = { readonly small: readonly Body[]; readonly whole: readonly Body[] };

/**
 * Gives a decoder that many damaged bodies.
 *
 * @throws Error that names seed and number of the first body that crashed it or became an invalid line.
 */
export async function fuzzDecoder(
  encoding: FuzzedEncoding,
  { bodies, seed }: { bodies: number; seed: number },
): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const corpus = corpusOf(encoding, seed);
  const result = { taken: 0, lines: 0, bytes: 0, slowestMs: 0 };
  const reader = new RequestReader(protobufCodec);
  const startedMs = performance.now();
  let warmBytes = 0;
  for (let number = 0; number < bodies; number += 1) {
    if (number === Math.floor(bodies * WARM_UP_SHARE)) warmBytes = residentBytes();
    const { signal, bytes } = damagedBody(corpus, encoding, random);
    const before = performance.now();
    const lines = await readLines(reader, encoding, { signal, bytes });
    result.slowestMs = Math.max(result.slowestMs, performance.now() - before);
    const fault = await faultOf(lines, encoding, { signal, bytes });
    if (fault !== undefined)
      throw new Error(`${encoding}, seed ${seed}, body ${number}: ${fault}\n${bytes.toString("base64")}`);
    result.bytes += bytes.length;
    result.taken += typeof lines === "string" ? 1 : 0;
    result.lines += typeof lines === "string" ? lines.split("\n").length - 1 : 0;
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { ...result, bodies, seconds, grownMiB: (residentBytes() - warmBytes) / MiB };
}

function damagedBody({ small, whole }: Corpus, encoding: FuzzedEncoding, random: Random): Body {
  const { signal, bytes } = random.pick(random.whole(WHOLE_ONE_IN) === 0 ? whole : small);
  const other = random.pick(small).bytes;
  return { signal, bytes: mutate(bytes, random, { mutations: MUTATIONS[encoding], other }) };
}

/** What a reader made of a body: its lines as one text, or what it threw. */
type Read = string | Error;

function readLines(reader: RequestReader, encoding: FuzzedEncoding, { signal, bytes }: Body): Promise<Read> {
  return attempt(async () => Buffer.from((await reader.read({ signal, encoding, bytes })).lines).toString());
}

async function attempt(read: () => string | Promise<string>): Promise<Read> {
  try {
    return await read();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

async function faultOf(read: Read, encoding: FuzzedEncoding, { signal, bytes }: Body): Promise<string | undefined> {
  const thorough = await attempt(() =>
    linesOf(signal, DECODERS[encoding](REQUESTS[signal], bytes).request)
      .lines.map((line) => `${line}\n`)
      .join(""),
  );
  for (const one of [read, thorough]) {
    if (one instanceof Error && !(one instanceof DecodeError)) return `it crashed, ${one.stack}`;
  }
  if (typeof read !== typeof thorough || (typeof read === "string" && read !== thorough)) {
    return `the quick way and the thorough one differ: ${read} but ${thorough}`;
  }
  const lines = typeof read === "string" ? read.split("\n").slice(0, -1) : [];
  return lines.map((line) => faultOfLine(signal, line)).find((fault) => fault !== undefined);
}

function residentBytes(): number {
  Bun.gc(true);
  return process.memoryUsage.rss();
}

/** The recordings whole, each of their records alone, and requests of any shape. */
function corpusOf(encoding: FuzzedEncoding, seed: number): Corpus {
  const whole = recordedRequests();
  const small = [...whole.flatMap(singleRequests), ...generatedRequests(seed)];
  const encode = ({ signal, request }: ExportRequest): Body => ({
    signal,
    bytes: Buffer.from(encoding === "json" ? JSON.stringify(request) : encodeOtlp(REQUESTS[signal], request)),
  });
  return { small: small.map(encode), whole: whole.map(encode) };
}

if (import.meta.main) {
  const given = givenNumbers({ bodies: 1_000_000, seed: freshSeed() });
  for (const encoding of ["protobuf", "json"] as const) {
    const found = await fuzzDecoder(encoding, given);
    const { bodies, taken, lines, bytes, slowestMs, seconds, grownMiB } = found;
    process.stdout.write(
      `${encoding}: ${bodies} bodies of ${Math.round(bytes / bodies)} bytes on average in ${seconds.toFixed(0)} s, ` +
        `${taken} taken as ${lines} lines, the slowest ${slowestMs.toFixed(1)} ms, ` +
        `memory ${grownMiB < 0 ? "−" : "+"}${Math.abs(grownMiB).toFixed(1)} MiB\n`,
    );
  }
}
