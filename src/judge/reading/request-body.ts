import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { extname } from "node:path";
import { LIMITS } from "../../kernel/limits.ts";
import { isObject, parseJson } from "../../kernel/text/json.ts";
import { measureJson } from "../../kernel/text/measure-json.ts";
import { DecodeError, REQUESTS } from "../../telemetry/message.ts";
import type { Signal } from "../../telemetry/signal.ts";
import { BYTE_ORDER_MARK } from "./read-file.ts";

/** What a file is to be read as, by its name and its beginning. */
export type RequestBody =
  /** Lines, each an export request. */
  | { readonly kind: "lines" }
  /** One request body as its exporter sent it, as the line it would be in `logs.jsonl`. */
  | { readonly kind: "body"; readonly line: Uint8Array }
  /** Protobuf of metrics or traces. */
  | { readonly kind: "other signal" }
  /** Protobuf that is torn or no export request of any signal, or JSON that holds more than a receiver takes. */
  | { readonly kind: "unusable"; readonly why: string }
  /** One request body that no receiver would take: it would have to be in memory whole. */
  | { readonly kind: "too large"; readonly bytes: number };

const JSON_BOUNDS = {
  depthMax: LIMITS.otlpJsonDepthMax,
  elementsMax: LIMITS.otlpJsonValuesMax,
  keyBytesMax: LIMITS.otlpJsonKeyBytesMax,
};
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;

/**
 * Reads a raw request body: JSON in `.json`, if need be over several lines; protobuf in `.pb`; at most as much as a
 * receiver takes. Every other file is of lines, and so is a `.json` file that holds some.
 *
 * @throws System errors of opening and reading.
 */
export async function requestBody(path: string): Promise<RequestBody> {
  const kind = extname(path).toLowerCase();
  if (kind !== ".pb" && (kind !== ".json" || holdsLines(path))) return { kind: "lines" };
  const bytes = statSync(path).size;
  if (bytes > LIMITS.otlpBodyBytesMax) return { kind: "too large", bytes };
  return kind === ".pb" ? await protobufBody(path) : jsonBody(path);
}

function jsonBody(path: string): RequestBody {
  const bytes = withoutMark(readFileSync(path));
  if (measureJson(bytes, JSON_BOUNDS)) {
    return {
      kind: "unusable",
      why: "one request body of more values, or more deeply nested ones, than a receiver takes",
    };
  }
  if (parseJson(bytes.toString("utf8")) === undefined) return { kind: "lines" };
  // Within JSON strings newlines are escaped, so each that is found as itself lies between tokens.
  for (const [at, byte] of bytes.entries()) if (byte === NEWLINE || byte === RETURN) bytes[at] = SPACE;
  return { kind: "body", line: bytes };
}

async function protobufBody(path: string): Promise<RequestBody> {
  const { decodeProtobuf } = await import("../../telemetry/protobuf/decode.ts");
  const bytes = readFileSync(path);
  const decoded = (signal: Signal) => {
    try {
      const { request, isRecognised } = decodeProtobuf(REQUESTS[signal], bytes);
      return isRecognised ? request : undefined;
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  };
  const logs = decoded("logs");
  if (logs) return { kind: "body", line: Buffer.from(JSON.stringify(logs)) };
  // A torn request is none of any signal; a whole one of another signal is only not of logs.
  if (decoded("metrics") || decoded("traces")) return { kind: "other signal" };
  return { kind: "unusable", why: "no whole OTLP request in protobuf" };
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? bytes.subarray(BYTE_ORDER_MARK.length)
    : bytes;
}

/**
 * Whether JSON is of lines, as far as its beginning shows: it has no newline, or its first line is an object by itself,
 * or another line begins one where a body that is laid out over several would be indented, or break after the brace.
 */
function holdsLines(path: string): boolean {
  const start = withoutMark(startOf(path));
  const end = start.indexOf(NEWLINE);
  if (end === -1 || isWholeObject(start.subarray(0, end))) return true;
  for (let at = end + 1; at > 0; at = start.indexOf(NEWLINE, at) + 1) if (beginsObject(start, at)) return true;
  return false;
}

function startOf(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(LIMITS.judgeChunkBytes);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(fd, buffer, length, buffer.length - length, length);
    }
    return buffer.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

function isWholeObject(line: Buffer): boolean {
  const text = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  // The first and last bytes show that most lines of an indented body are not requests.
  if (text.at(0) !== OPEN_BRACE || text.at(-1) !== CLOSE_BRACE) return false;
  return isObject(parseJson(text.toString("utf8")));
}

function beginsObject(text: Buffer, at: number): boolean {
  if (text[at] !== OPEN_BRACE) return false;
  let next = at + 1;
  while (text[next] === SPACE) next++;
  return text[next] === QUOTE;
}
