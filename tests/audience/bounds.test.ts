import { expect, test } from "bun:test";
import { LIMITS } from "../../src/kernel/limits.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { exchange } from "../support/receiver-probe.ts";

/** Bounds that the compiled receiver has from Bun, held here so that another Bun cannot lift them unseen. */

const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
const REST = "Content-Length: 2\r\n\r\n{}";
const headers = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`).join("");

test("headers beyond their size or number are answered 431, everyday ones are not", async () => {
  await using receiver = await binaryReceiver();
  const { http } = receiver.health.ports;
  const long = (bytes: number) => `${HEAD}X: ${"a".repeat(bytes)}\r\n${REST}`;
  expect(await exchange(http, [long(LIMITS.requestHeaderBytesMax - 1_000)])).toStartWith("HTTP/1.1 200");
  expect(await exchange(http, [long(LIMITS.requestHeaderBytesMax)])).toStartWith("HTTP/1.1 431");
  expect(await exchange(http, [HEAD + headers(LIMITS.requestHeadersMax - 10) + REST])).toStartWith("HTTP/1.1 200");
  expect(await exchange(http, [HEAD + headers(LIMITS.requestHeadersMax) + REST])).toStartWith("HTTP/1.1 431");
});

test("a request that is not HTTP, or whose body has no clear end, is answered 400 and read no further", async () => {
  await using receiver = await binaryReceiver();
  const broken = [
    `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${HEAD}Content-Length: -2\r\n\r\n{}`,
    `${HEAD}Content-Length: two\r\n\r\n{}`,
    `POST /v1/logs HTTP/1.1\r\nContent-Type: application/json\r\n${REST}`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1]),
  ];
  for (const sent of broken) {
    const answer = await exchange(receiver.health.ports.http, [sent]);
    expect(answer).toStartWith("HTTP/1.1 400");
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  }
  expect(receiver.lines("logs")).toEqual([]);
  expect((await receiver.post("/v1/logs", "{}")).status).toBe(200);
});
