import { EXPORT_PATHS } from "./grpc.ts";

/** Frames of HTTP/2 written by hand, for what no client would send. */

/** @source RFC 9113, section 6. */
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 } as const;
const END_STREAM = 1;
const END_HEADERS = 4;
const CANCEL_CODE = 8;

/** What a connection begins with. */
export const PREFACE = Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), settingsFrame()]);

/**
 * What a client sends for a logs call up to the end of its stream, which it leaves out: clients of HTTP/2 end a stream
 * before they reset it, so that a call which was only reset has to be written frame by frame.
 */
export function unendedCall(message: Uint8Array): Buffer {
  return Buffer.concat([PREFACE, headersFrame(1, callHeaders()), dataFrame(1, message)]);
}

/** The RST_STREAM that cancels {@link unendedCall}. */
export const CANCEL_FRAME = resetFrame(1);

/** The header block of a logs call, with more fields behind its own. */
export function callHeaders(more: Uint8Array = new Uint8Array()): Buffer {
  const headers = {
    ":method": "POST",
    ":scheme": "http",
    ":path": EXPORT_PATHS.logs,
    ":authority": "localhost",
    "content-type": "application/grpc",
  };
  return Buffer.concat([...Object.entries(headers).map(([name, value]) => literalField(name, value)), more]);
}

/** A field of HPACK at its plainest: literal, not indexed, of lengths below 127; `isIndexed` keeps it for later blocks. */
export function literalField(name: string, value: string, isIndexed = false): Buffer {
  const text = (given: string) => Buffer.concat([Buffer.from([given.length]), Buffer.from(given)]);
  return Buffer.concat([Buffer.from([isIndexed ? 0x40 : 0]), text(name), text(value)]);
}

/** A header block, complete unless its end is left to CONTINUATION. */
export function headersFrame(stream: number, block: Uint8Array, isComplete = true): Buffer {
  return frame(TYPE.headers, isComplete ? END_HEADERS : 0, stream, block);
}

/** More of a header block, never its end. */
export function continuationFrame(stream: number, block: Uint8Array): Buffer {
  return frame(TYPE.continuation, 0, stream, block);
}

/** A piece of a message. */
export function dataFrame(stream: number, bytes: Uint8Array, isLast = false): Buffer {
  return frame(TYPE.data, isLast ? END_STREAM : 0, stream, bytes);
}

/** RST_STREAM, as a caller that does not want the answer any more. */
export function resetFrame(stream: number): Buffer {
  return frame(TYPE.reset, 0, stream, Buffer.from([0, 0, 0, CANCEL_CODE]));
}

/** SETTINGS that change nothing and have to be acknowledged. */
export function settingsFrame(): Buffer {
  return frame(TYPE.settings, 0, 0, Buffer.alloc(0));
}

/** A PING that has to be answered. */
export function pingFrame(): Buffer {
  return frame(TYPE.ping, 0, 0, Buffer.alloc(8));
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
