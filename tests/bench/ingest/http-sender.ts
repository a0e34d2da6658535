import type { Socket } from "bun";
import { connectSender, type Sender, type SocketSender } from "./sender.ts";

/**
 * One connection of HTTP/1.1 that sends prepared requests, one after another, and does as little else as can be done:
 * what is measured is the receiver.
 */

const OK = "HTTP/1.1 200 ";
const END_OF_HEAD = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;

/** What goes on the wire for one body. */
export function httpRequest(encoding: "json" | "protobuf", body: Uint8Array): Uint8Array {
  const type = encoding === "json" ? "application/json" : "application/x-protobuf";
  const head = `POST /v1/logs HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** Connects. */
export async function connectHttp(port: number): Promise<Sender> {
  const connection = new HttpConnection();
  await connectSender(connection, port);
  return connection;
}

class HttpConnection implements SocketSender {
  socket: Socket | undefined;
  #request: Uint8Array = new Uint8Array(0);
  #written = 0;
  #answer = "";
  #waiting: PromiseWithResolvers<void> | undefined;

  send(request: Uint8Array): Promise<void> {
    this.#request = request;
    this.#written = 0;
    this.#answer = "";
    this.#waiting = Promise.withResolvers();
    this.flush();
    return this.#waiting.promise;
  }

  flush(): void {
    const { length } = this.#request;
    if (this.#written < length) this.#written += this.socket?.write(this.#request, this.#written) ?? 0;
  }

  take(bytes: Buffer): void {
    this.#answer += bytes.toString("latin1");
    const head = this.#answer.indexOf(END_OF_HEAD);
    if (head < 0) return;
    const length = Number(CONTENT_LENGTH.exec(this.#answer)?.[1] ?? 0);
    if (this.#answer.length < head + END_OF_HEAD.length + length) return;
    if (this.#answer.startsWith(OK)) this.#waiting?.resolve();
    else this.fail(new Error(`The receiver answered ${this.#answer.slice(0, 200)}`));
  }

  fail(error: Error): void {
    this.#waiting?.reject(error);
  }

  close(): void {
    this.#waiting = undefined;
    this.socket?.end();
  }
}
