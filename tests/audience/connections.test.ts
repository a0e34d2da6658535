import { describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { textsOf } from "../support/receiver-probe.ts";

/** Clients over one plain connection, at the compiled program's sockets. */

const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const body = (mark: string) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: mark } }] }] }] });
const request = (mark: string) => `${HEAD}Content-Length: ${body(mark).length}\r\n\r\n${body(mark)}`;
const chunked = (mark: string) =>
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n${body(mark).length.toString(16)}\r\n${body(mark)}\r\n0\r\n\r\n`;

/** All that a server sends over a connection until it ends it; `send` writes, and may end the client's side. */
function answersTo(port: number, send: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => send(socket));
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("end", () => {
      socket.destroy();
      resolve(received);
    });
  });
}

const statusesIn = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const marksIn = (lines: readonly string[]) => lines.map((line) => /"stringValue":"(\w+)"/.exec(line)?.[1]);

describe("the receiver over HTTP", () => {
  test.each([
    ["one request", request("one"), ["one"]],
    ["one in chunks", chunked("one"), ["one"]],
    ["two requests", request("one") + request("two"), ["one", "two"]],
    [
      "five of both kinds",
      ["a", "b", "c", "d", "e"].map((mark, at) => (at % 2 ? chunked : request)(mark)).join(""),
      [..."abcde"],
    ],
  ])("answers a client that sends %s at once and then ends its side", async (_what, sent, marks) => {
    await using receiver = await binaryReceiver();
    const received = await answersTo(receiver.health.ports.http, (socket) => socket.end(sent));
    expect(statusesIn(received)).toEqual(marks.map(() => 200));
    expect(marksIn(textsOf(receiver, "logs"))).toEqual(marks);
  });

  test("answers a client that ends its side behind a health request", async () => {
    await using receiver = await binaryReceiver();
    const sent = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const received = await answersTo(receiver.health.ports.health, (socket) => socket.end(sent));
    expect(received).toStartWith("HTTP/1.1 200");
    expect(received).toContain(receiver.health.instance);
  });

  test("answers requests that were sent before the first was answered, in their order, and refuses what is refused", async () => {
    await using receiver = await binaryReceiver();
    const refused = `${HEAD}Content-Length: 1\r\n\r\n[`;
    const gzip = gzipSync(body("three"));
    const zipped = `${HEAD}Content-Encoding: gzip\r\nContent-Length: ${gzip.length}\r\n\r\n`;
    const parts = [request("one"), refused, `GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`, request("two"), zipped];
    const sent = Buffer.concat([...parts.map((part) => Buffer.from(part)), gzip]);
    const cuts = [10, 400, 411, sent.length - 5];
    const received = await answersTo(receiver.health.ports.http, async (socket) => {
      for (const [index, cut] of cuts.entries()) {
        socket.write(sent.subarray(cuts[index - 1] ?? 0, cut));
        await new Promise(setImmediate);
      }
      socket.end(sent.subarray(cuts.at(-1)));
    });
    expect(statusesIn(received)).toEqual([200, 400, 404, 200, 200]);
    expect(marksIn(textsOf(receiver, "logs"))).toEqual(["one", "two", "three"]);
  });

  test("writes nothing of a request whose client ends its side within the body, and goes on", async () => {
    await using receiver = await binaryReceiver();
    const cut = request("cut").slice(0, -1);
    const received = await answersTo(receiver.health.ports.http, (socket) => socket.end(request("one") + cut));
    expect(statusesIn(received)[0]).toBe(200);
    expect(statusesIn(received)).not.toContain(500);
    expect((await receiver.post("/v1/logs", body("two"))).status).toBe(200);
    expect(marksIn(textsOf(receiver, "logs"))).toEqual(["one", "two"]);
  });
});
