import type { Socket } from "bun";
import { connectSender, type Sender, type SocketSender } from "./sender.ts";

/**
 * One HTTP/2 connection that makes one call of OTLP/gRPC after another, by hand: `node:http2` would cost the sender as much
 * as the receiver. Headers are literals that no table remembers, so every call's are the same bytes but for the stream.
 *
 * @source RFC 9113, HTTP/2; RFC 7541, HPACK, 6.2.2 Literal Header Field without Indexing.
 */

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const FRAME_HEAD_BYTES = 9;
const FRAME_BYTES_MAX = 16_384;
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
const FLAG = { ack: 1, endStream: 1, endHeaders: 4 } as const;
const INITIAL_WINDOW_SIZE = 4;
const DEFAULT_WINDOW = 65_535;
const WINDOW_OURS = 2 ** 30;
const GRPC_PREFIX_BYTES = 5;

const CALL_HEADERS = Buffer.concat(
  (
    [
      [":method", "POST"],
      [":scheme", "http"],
      [":path", "/opentelemetry.proto.collector.logs.v1.LogsService/Export"],
      [":authority", "127.0.0.1"],
      ["content-type", "application/grpc"],
      ["te", "trailers"],
    ] as const
  ).map(([name, value]) => Buffer.concat([Buffer.from([0]), hpackText(name), hpackText(value)])),
);

/** What goes into the data frames for one body. */
export function grpcRequest(body: Uint8Array): Uint8Array {
  const message = Buffer.alloc(GRPC_PREFIX_BYTES + body.length);
  message.writeUInt32BE(body.length, 1);
  message.set(body, GRPC_PREFIX_BYTES);
  return message;
}

/** Connects and greets. */
export async function connectGrpc(port: number): Promise<Sender> {
  const connection = new GrpcConnection();
  await connectSender(connection, port);
  const windowUpdate = Buffer.alloc(4);
  windowUpdate.writeUInt32BE(WINDOW_OURS);
  connection.write(Buffer.concat([Buffer.from(PREFACE), frame(TYPE.settings, 0, 0, Buffer.alloc(0))]));
  connection.write(frame(TYPE.windowUpdate, 0, 0, windowUpdate));
  return connection;
}

class GrpcConnection implements SocketSender {
  socket: Socket | undefined;
  #stream = -1;
  #message: Uint8Array = new Uint8Array(0);
  #sent = 0;
  /** What the receiver lets us send, on the connection and on the call. */
  #window = DEFAULT_WINDOW;
  #callWindow = DEFAULT_WINDOW;
  #initialWindow = DEFAULT_WINDOW;
  #unwritten: Uint8Array[] = [];
  #unread: Buffer = Buffer.alloc(0);
  #waiting: PromiseWithResolvers<void> | undefined;

  send(message: Uint8Array): Promise<void> {
    this.#stream += 2;
    this.#message = message;
    this.#sent = 0;
    this.#callWindow = this.#initialWindow;
    this.#waiting = Promise.withResolvers();
    this.write(frame(TYPE.headers, FLAG.endHeaders, this.#stream, CALL_HEADERS));
    this.#sendData();
    return this.#waiting.promise;
  }

  #sendData(): void {
    const frames: Uint8Array[] = [];
    while (this.#sent < this.#message.length) {
      const room = Math.min(FRAME_BYTES_MAX, this.#window, this.#callWindow, this.#message.length - this.#sent);
      if (room <= 0) break;
      const part = this.#message.subarray(this.#sent, this.#sent + room);
      this.#sent += room;
      this.#window -= room;
      this.#callWindow -= room;
      const isLast = this.#sent === this.#message.length;
      frames.push(frameHead(TYPE.data, isLast ? FLAG.endStream : 0, this.#stream, room), part);
    }
    if (frames.length > 0) this.write(Buffer.concat(frames));
  }

  write(bytes: Uint8Array): void {
    this.#unwritten.push(bytes);
    this.flush();
  }

  flush(): void {
    for (let next = this.#unwritten[0]; next; next = this.#unwritten[0]) {
      const written = this.socket?.write(next) ?? 0;
      if (written < next.length) {
        this.#unwritten[0] = next.subarray(Math.max(0, written));
        return;
      }
      this.#unwritten.shift();
    }
  }

  take(bytes: Buffer): void {
    let rest = this.#unread.length > 0 ? Buffer.concat([this.#unread, bytes]) : bytes;
    while (rest.length >= FRAME_HEAD_BYTES) {
      const end = FRAME_HEAD_BYTES + rest.readUIntBE(0, 3);
      if (rest.length < end) break;
      this.#takeFrame(rest.readUInt8(3), rest.readUInt8(4), rest.readUInt32BE(5), rest.subarray(FRAME_HEAD_BYTES, end));
      rest = rest.subarray(end);
    }
    this.#unread = Buffer.from(rest);
  }

  #takeFrame(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === TYPE.settings && !(flags & FLAG.ack)) this.#takeSettings(payload);
    else if (type === TYPE.windowUpdate) this.#takeWindow(stream, payload.readUInt32BE(0));
    else if (type === TYPE.ping && !(flags & FLAG.ack)) this.write(frame(TYPE.ping, FLAG.ack, 0, payload));
    else if (type === TYPE.headers && flags & FLAG.endStream && stream === this.#stream) this.#waiting?.resolve();
    else if (type === TYPE.reset || type === TYPE.goAway) this.fail(new Error(`The receiver sent a frame ${type}`));
  }

  #takeSettings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== INITIAL_WINDOW_SIZE) continue;
      const size = payload.readUInt32BE(at + 2);
      this.#callWindow += size - this.#initialWindow;
      this.#initialWindow = size;
    }
    this.write(frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(0)));
    this.#sendData();
  }

  #takeWindow(stream: number, more: number): void {
    if (stream === 0) this.#window += more;
    else if (stream === this.#stream) this.#callWindow += more;
    this.#sendData();
  }

  fail(error: Error): void {
    this.#waiting?.reject(error);
  }

  close(): void {
    this.#waiting = undefined;
    this.socket?.end();
  }
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  return Buffer.concat([frameHead(type, flags, stream, payload.length), payload]);
}

function frameHead(type: number, flags: number, stream: number, length: number): Buffer {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUIntBE(length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return head;
}

/** A string of fewer than 127 bytes, not Huffman coded. */
function hpackText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}
