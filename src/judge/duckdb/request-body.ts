import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { parseJson } from "../../kernel/json.ts";
import { DecodeError, REQUESTS } from "../../telemetry/message.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;

/**
 * A file that is one request body as its exporter sent it, as the line it would be in `logs.jsonl`: JSON in `.json`, if
 * need be over several lines; protobuf in `.pb`.
 *
 * @returns `undefined` for what is to be read line by line, `null` for protobuf that is no log export request.
 */
export async function requestBody(path: string): Promise<Uint8Array | null | undefined> {
  const kind = extname(path).toLowerCase();
  if (kind === ".pb") return protobufLine(path);
  return kind === ".json" ? jsonLine(path) : undefined;
}

function jsonLine(path: string): Uint8Array | undefined {
  const bytes = readFileSync(path);
  if (parseJson(bytes.toString("utf8")) === undefined) return undefined;
  // Within JSON strings newlines are escaped, so each that is found as itself lies between tokens.
  for (const [at, byte] of bytes.entries()) if (byte === NEWLINE || byte === RETURN) bytes[at] = SPACE;
  return bytes;
}

/** A metrics or traces request does not read as logs: its numbers mean other wire types. */
async function protobufLine(path: string): Promise<Uint8Array | null> {
  const { decodeProtobuf } = await import("../../telemetry/protobuf/decode.ts");
  try {
    return Buffer.from(JSON.stringify(decodeProtobuf(REQUESTS.logs, readFileSync(path)).request));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}
