import { gunzip } from "node:zlib";
import { errnoOf } from "../../kernel/errors.ts";
import { LIMITS } from "../../kernel/limits.ts";
import { RPC_CODE } from "../../telemetry/response.ts";
import type { Refusal } from "./respond.ts";

/** The body of a request within its bound, on the wire and again after decompression, or why it was not read. */
export async function readBody(request: Request): Promise<Uint8Array | Refusal> {
  const coding = (request.headers.get("content-encoding") ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity" && coding !== "gzip") {
    return invalid(`unsupported Content-Encoding "${coding}": send gzip or none`);
  }
  const bytes = await readBounded(request);
  if (!(bytes instanceof Uint8Array) || coding !== "gzip") return bytes;
  return inflate(bytes);
}

async function readBounded(request: Request): Promise<Uint8Array | Refusal> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > LIMITS.otlpBodyBytesMax) return tooLarge("body");
  try {
    return declared === null ? await readChunks(request.body) : await request.bytes();
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return invalid("the connection closed within the body");
    throw error;
  }
}

async function readChunks(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array | Refusal> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > LIMITS.otlpBodyBytesMax) return tooLarge("body");
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, length);
}

/** All members of a gzip body; node:zlib, for `Bun.gunzipSync` silently answers the first alone. */
function inflate(bytes: Uint8Array): Promise<Uint8Array | Refusal> {
  return new Promise((resolve) => {
    gunzip(bytes, { maxOutputLength: LIMITS.otlpBodyBytesMax }, (error, inflated) => {
      if (!error) resolve(inflated);
      else if (errnoOf(error) === "ERR_BUFFER_TOO_LARGE") resolve(tooLarge("decompressed body"));
      else resolve(invalid(`the body is not gzip: ${errnoOf(error) ?? error.message}`));
    });
  });
}

function tooLarge(what: string): Refusal {
  return {
    status: 413,
    code: RPC_CODE.resourceExhausted,
    reason: `the ${what} is longer than ${LIMITS.otlpBodyBytesMax} bytes: send smaller batches`,
  };
}

function invalid(reason: string): Refusal {
  return { status: 400, code: RPC_CODE.invalidArgument, reason };
}
