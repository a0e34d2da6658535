import { decodeJson } from "./json/decode.ts";
import { JsonTranscoder } from "./json/transcode.ts";
import { linesOf } from "./line.ts";
import { linePlans } from "./line-plan.ts";
import { REQUESTS } from "./message.ts";
import type { Signal } from "./otlp.ts";
import type { ProtobufCodec } from "./protobuf-codec.ts";
import type { QuickReader } from "./quick-line.ts";
import { attributeText, recordsOf } from "./records.ts";
import type { Encoding } from "./response.ts";

/** One export request, decompressed, whatever transport brought it. */
export type ExportBody = { readonly signal: Signal; readonly encoding: Encoding; readonly bytes: Uint8Array };

/** What a request holds, ready to be written. */
export type ReadRequest = {
  /** Whole lines with their newlines; empty when there is no record. */
  readonly lines: Uint8Array;
  /** Log records, data points or spans in the lines. */
  readonly records: number;
  /** Records that alone exceed the longest line, left out. */
  readonly recordsTooLong: number;
  /** Attribute and point values that could not be read and were left out. */
  readonly valuesDropped: number;
  /** Whether it said anything at all that we know. */
  readonly isRecognised: boolean;
  /** The agent sessions that its records name. */
  readonly sessions: ReadonlySet<string>;
};

/**
 * Reads export requests of either encoding into lines. Everyday requests go straight from bytes to bytes; the others,
 * and all that are damaged, through the thorough decoders, which can explain, repair and split. Both say the same of a
 * request that both read: tests/telemetry/transcode.test.ts.
 */
export class RequestReader {
  readonly #protobuf: ProtobufCodec;
  readonly #quick: Readonly<Record<Encoding, QuickReader>>;

  constructor(protobuf: ProtobufCodec) {
    this.#protobuf = protobuf;
    this.#quick = { json: new JsonTranscoder(), protobuf: protobuf.quickReader() };
  }

  /** @throws {DecodeError} when the bytes are not the signal's message, or go beyond its bounds. */
  read(body: ExportBody): ReadRequest {
    const { signal, encoding, bytes } = body;
    const quick = this.#quick[encoding].transcode(linePlans()[signal], bytes);
    if (!quick) return this.#readThoroughly(body);
    const { line, records, sessions } = quick;
    return { lines: line, records, recordsTooLong: 0, valuesDropped: 0, isRecognised: true, sessions };
  }

  #readThoroughly({ signal, encoding, bytes }: ExportBody): ReadRequest {
    const message = REQUESTS[signal];
    const decoded = encoding === "json" ? decodeJson(message, bytes) : this.#protobuf.decode(message, bytes);
    const { request, valuesDropped, isRecognised } = decoded;
    const { lines, records, recordsTooLong } = linesOf(signal, request);
    const sessions = new Set<string>();
    for (const record of recordsOf(signal, request)) {
      const session = attributeText(record, "session.id");
      if (session) sessions.add(session);
    }
    const text = lines.map((line) => `${line}\n`).join("");
    return { lines: Buffer.from(text), records, recordsTooLong, valuesDropped, isRecognised, sessions };
  }
}
