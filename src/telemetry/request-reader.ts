import { LIMITS } from "../kernel/limits.ts";
import { cutJson } from "./json/cut.ts";
import { checkJson, decodeJson } from "./json/decode.ts";
import { JsonTranscoder } from "./json/transcode.ts";
import { linesOf } from "./line/line.ts";
import { linePlans } from "./line/line-plan.ts";
import { PART_BOUNDS } from "./line/part-bounds.ts";
import type { QuickReader } from "./line/quick-line.ts";
import { RecordCount, type RecordCounts, type SessionDigest } from "./line/record-count.ts";
import { DecodeError, REQUESTS } from "./message.ts";
import type { ProtobufCodec } from "./protobuf-codec.ts";
import { scopesOf } from "./records.ts";
import type { Encoding } from "./response.ts";
import type { Signal } from "./signal.ts";

/** One export request, decompressed, whatever transport brought it. */
export type ExportBody = { readonly signal: Signal; readonly encoding: Encoding; readonly bytes: Uint8Array };

/** What a request holds, ready to be written. */
export type ReadRequest = RecordCounts & {
  /** Whole lines with their newlines; empty when there is no record. */
  readonly lines: Uint8Array;
  /** Records that alone exceed the longest line, left out. */
  readonly recordsTooLong: number;
  /** Attribute and point values that could not be read and were left out. */
  readonly valuesDropped: number;
  /** Whether it said anything at all that we know. */
  readonly isRecognised: boolean;
};

/** A request, or a part of one, and how many messages and values it took. */
type PartRead = ReadRequest & { readonly elements: number };

/**
 * Reads export requests of either encoding into lines. Everyday requests go straight from bytes to bytes; the others, and all
 * that are damaged, through the thorough decoders, which can explain, repair and split. These make objects of what they read,
 * so a long request is cut into parts first, and each is read by itself. All ways say the same of a request that several
 * read: tests/telemetry/transcode.test.ts, cut.test.ts.
 */
export class RequestReader {
  readonly #protobuf: ProtobufCodec;
  readonly #quick: Readonly<Record<Encoding, QuickReader>>;

  constructor(protobuf: ProtobufCodec) {
    this.#protobuf = protobuf;
    this.#quick = { json: new JsonTranscoder(), protobuf: protobuf.quickReader() };
  }

  /** @throws {DecodeError} when the bytes are not the signal's message, or go beyond its bounds. */
  async read(body: ExportBody): Promise<ReadRequest> {
    const quick = this.#readQuickly(body);
    if (quick) return quick;
    if (body.bytes.length <= LIMITS.otlpPartBytes) return this.#readThoroughly(body);
    return this.#readInParts(body);
  }

  async #readInParts({ signal, encoding, bytes }: ExportBody): Promise<ReadRequest> {
    const cut = encoding === "json" ? cutJson : this.#protobuf.cut;
    if (encoding === "json") checkJson(bytes, LIMITS.otlpJsonValuesMax);
    const parts = new PartsRead();
    let startedMs = performance.now();
    for (const part of cut(linePlans()[signal], bytes, PART_BOUNDS)) {
      const one = { signal, encoding, bytes: part };
      parts.add(this.#readQuickly(one) ?? this.#readThoroughly(one));
      if (performance.now() - startedMs < LIMITS.otlpReadTurnMs) continue;
      await letOthersGoFirst();
      startedMs = performance.now();
    }
    return parts.whole();
  }

  #readQuickly({ signal, encoding, bytes }: ExportBody): PartRead | undefined {
    if (bytes.length > LIMITS.otlpLineBytesMax) return undefined;
    const quick = this.#quick[encoding].transcode(linePlans()[signal], bytes);
    if (!quick) return undefined;
    const { line, counts, messages } = quick;
    return { ...counts, lines: line, recordsTooLong: 0, valuesDropped: 0, isRecognised: true, elements: messages };
  }

  #readThoroughly({ signal, encoding, bytes }: ExportBody): PartRead {
    const message = REQUESTS[signal];
    const decode = encoding === "json" ? decodeJson : this.#protobuf.decode;
    const decoded = decode(message, bytes, LIMITS.otlpPartElementsMax);
    const { request, valuesDropped, elements, isRecognised } = decoded;
    const { lines, records, recordsTooLong } = linesOf(signal, request);
    const count = new RecordCount();
    for (const scope of scopesOf(signal, request)) {
      count.beginScope(scope.name);
      for (const record of scope.records) count.record(record);
    }
    const { masqueRecords, sessions } = count;
    const text = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    return { lines: text, records, masqueRecords, sessions, recordsTooLong, valuesDropped, elements, isRecognised };
  }
}

/** What the parts of one request come to. */
class PartsRead {
  readonly #lines: Uint8Array[] = [];
  readonly #sessions = new Set<SessionDigest>();
  #linesBytes = 0;
  #elements = 0;
  #records = 0;
  #masqueRecords = 0;
  #recordsTooLong = 0;
  #valuesDropped = 0;
  #isRecognised = false;

  /** @throws {DecodeError} when all parts so far are more than one request may hold. */
  add(part: PartRead): void {
    this.#elements += part.elements;
    this.#linesBytes += part.lines.length;
    if (this.#elements > LIMITS.otlpMessagesMax || this.#linesBytes > LIMITS.otlpLinesBytesMax) {
      throw new DecodeError("Cannot read so much in one request: send smaller batches");
    }
    this.#lines.push(part.lines);
    this.#records += part.records;
    this.#masqueRecords += part.masqueRecords;
    this.#recordsTooLong += part.recordsTooLong;
    this.#valuesDropped += part.valuesDropped;
    this.#isRecognised ||= part.isRecognised;
    for (const session of part.sessions) {
      if (this.#sessions.size < LIMITS.sessionsCountedMax) this.#sessions.add(session);
    }
  }

  whole(): ReadRequest {
    return {
      lines: Buffer.concat(this.#lines, this.#linesBytes),
      records: this.#records,
      masqueRecords: this.#masqueRecords,
      sessions: this.#sessions,
      recordsTooLong: this.#recordsTooLong,
      valuesDropped: this.#valuesDropped,
      isRecognised: this.#isRecognised,
    };
  }
}

function letOthersGoFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
