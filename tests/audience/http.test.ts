import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { Reader } from "protobufjs/minimal";
import { LIMITS } from "../../src/kernel/limits.ts";
import { type Canonical, REQUESTS } from "../../src/telemetry/message.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";
import { type TestReceiver, testReceiver, until } from "../support/receiver.ts";

/** OTLP/HTTP against a real receiver: what docs/otlp.md promises, request by request. */

const PROTOBUF = { "content-type": "application/x-protobuf" };

let receiver: TestReceiver;
beforeAll(async () => {
  receiver = await testReceiver();
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
});

let marks = 0;
/** A logs request like no other, in canonical form. */
function logsRequest(): Canonical {
  const attributes = [{ key: "mark", value: { intValue: String(++marks) } }];
  const logRecords = [
    { timeUnixNano: "1795351211328000000", body: { stringValue: "claude_code.user_prompt" }, attributes },
  ];
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: "s" }, logRecords }] }] };
}

const REQUESTS_BY_SIGNAL = {
  logs: logsRequest(),
  metrics: {
    resourceMetrics: [
      {
        resource: {},
        scopeMetrics: [
          {
            scope: {},
            metrics: [
              {
                name: "n",
                sum: { dataPoints: [{ asInt: "0" }, { asDouble: 0 }], aggregationTemporality: 1, isMonotonic: true },
              },
              {
                name: "h",
                histogram: { dataPoints: [{ count: "1", sum: 0, bucketCounts: ["0", "1"], explicitBounds: [5] }] },
              },
            ],
          },
        ],
      },
    ],
  },
  traces: {
    resourceSpans: [
      {
        resource: {},
        scopeSpans: [{ scope: {}, spans: [{ traceId: "5b8efff798038103d269b633813fc60c", name: "x", status: {} }] }],
      },
    ],
  },
} as const satisfies Record<string, Canonical>;

/** What the file gained while `act` ran. */
async function gained(act: () => Promise<Response>, signal: "logs" | "metrics" | "traces" = "logs") {
  const before = receiver.lines(signal).length;
  const response = await act();
  return { response, lines: receiver.lines(signal).slice(before) };
}

describe("an export request", () => {
  test.each(["logs", "metrics", "traces"] as const)(
    "of %s in protobuf and in JSON becomes the same line",
    async (signal) => {
      const request = REQUESTS_BY_SIGNAL[signal];
      const protobuf = await gained(
        () => receiver.post(`/v1/${signal}`, encodeOtlp(REQUESTS[signal], request), PROTOBUF),
        signal,
      );
      expect(protobuf.response.status).toBe(200);
      expect(protobuf.response.headers.get("content-type")).toBe("application/x-protobuf");
      expect((await protobuf.response.bytes()).length).toBe(0);
      const json = await gained(() => receiver.post(`/v1/${signal}`, JSON.stringify(request)), signal);
      expect(json.response.status).toBe(200);
      expect(json.response.headers.get("content-type")).toBe("application/json");
      expect(await json.response.text()).toBe("{}");
      expect(json.lines).toEqual([request]);
      expect(protobuf.lines).toEqual([request]);
    },
  );

  test("may be gzip, of several members too", async () => {
    const request = logsRequest();
    const json = Buffer.from(JSON.stringify(request));
    const members = Buffer.concat([gzipSync(json.subarray(0, 20)), gzipSync(json.subarray(20))]);
    const gzip = { "content-encoding": "gzip" };
    const one = await gained(() => receiver.post("/v1/logs", gzipSync(json), gzip));
    const two = await gained(() => receiver.post("/v1/logs", members, gzip));
    const packed = await gained(() =>
      receiver.post("/v1/logs", gzipSync(encodeOtlp(REQUESTS.logs, request)), { ...PROTOBUF, ...gzip }),
    );
    expect([one.lines, two.lines, packed.lines]).toEqual([[request], [request], [request]]);
  });

  test("may come in chunks, without its length", async () => {
    const request = logsRequest();
    const text = JSON.stringify(request);
    const head =
      "POST /v1/logs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    const chunks = [text.slice(0, 7), text.slice(7)].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    const before = receiver.lines("logs").length;
    expect(await rawExchanges([`${head}${chunks.join("")}0\r\n\r\n`])).toStartWith("HTTP/1.1 200");
    expect(receiver.lines("logs").slice(before)).toEqual([request]);
  });

  test("after another on one connection is written after it", async () => {
    const requests = [logsRequest(), logsRequest(), logsRequest()];
    const raw = requests.map((request) => {
      const text = JSON.stringify(request);
      const head = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
      return `${head}Content-Length: ${text.length}\r\n\r\n${text}`;
    });
    const before = receiver.lines("logs").length;
    expect((await rawExchanges(raw)).match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(receiver.lines("logs").slice(before)).toEqual(requests);
  });

  test.each(["application/json; charset=utf-8", "APPLICATION/JSON"])("may call itself %s", async (type) => {
    const request = logsRequest();
    const { response, lines } = await gained(() =>
      receiver.post("/v1/logs", JSON.stringify(request), { "content-type": type }),
    );
    expect(response.status).toBe(200);
    expect(lines).toEqual([request]);
  });

  test.each([
    ["an empty protobuf body", new Uint8Array(), "application/x-protobuf"],
    ["{}", "{}", "application/json"],
    ["no resources", '{"resourceLogs":[]}', "application/json"],
    ["null resources", '{"resourceLogs":null}', "application/json"],
    ["a scope without records", '{"resourceLogs":[{"scopeLogs":[{"scope":{}}]}]}', "application/json"],
  ])("that holds no record (%s) is taken and not written", async (_what, body, type) => {
    const { response, lines } = await gained(() => receiver.post("/v1/logs", body, { "content-type": type }));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(type === "application/json" ? "{}" : "");
    expect(lines).toEqual([]);
  });

  test("with a value that cannot be read keeps the rest, and warns its sender", async () => {
    const body =
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"cost_usd","value":{"doubleValue":{}}}]},{}]}]}]}';
    const { response, lines } = await gained(() => receiver.post("/v1/logs", body));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      partialSuccess: { errorMessage: "values left out, for they are not of their kind: 1" },
    });
    expect(lines).toEqual([
      {
        resourceLogs: [
          {
            resource: {},
            scopeLogs: [
              { scope: {}, logRecords: [{ body: {}, attributes: [{ key: "cost_usd", value: {} }] }, { body: {} }] },
            ],
          },
        ],
      },
    ]);
  });

  test("sent to another signal's path is told so", async () => {
    const { response, lines } = await gained(() =>
      receiver.post("/v1/logs", JSON.stringify(REQUESTS_BY_SIGNAL.traces)),
    );
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("is the path right?");
    expect(lines).toEqual([]);
  });

  test("with newlines, nulls and half characters in a prompt is one line, well-formed", async () => {
    const text = "a\nb\u2028c\u0000d\u{1f600}";
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: text } }] }] }] });
    const { lines } = await gained(() => receiver.post("/v1/logs", body.replace("a\\n", "\\ud800a\\n")));
    expect(JSON.stringify(lines)).toContain("\ufffda");
    expect(lines).toHaveLength(1);
  });

  test("keeps two resources, their scopes and records apart, in one line", async () => {
    const record = (name: string) => ({ body: { stringValue: name }, eventName: name });
    const scope = (name: string) => ({
      scope: { name, attributes: [{ key: "k", value: { boolValue: true } }] },
      logRecords: [record("1"), record("2"), record("3")],
      schemaUrl: "https://scope",
    });
    const request = {
      resourceLogs: [1, 2].map(() => ({ resource: {}, scopeLogs: [scope("a"), scope("b")], schemaUrl: "https://r" })),
    };
    const { lines } = await gained(() => receiver.post("/v1/logs", JSON.stringify(request)));
    expect(lines).toEqual([request]);
  });

  test("of exactly the longest body is taken, one byte more is not, on the wire and decompressed", async () => {
    const request = JSON.stringify(logsRequest());
    const longest = Buffer.alloc(LIMITS.otlpBodyBytesMax, " ");
    longest.write(request);
    const exact = await gained(() => receiver.post("/v1/logs", longest));
    expect(exact.response.status).toBe(200);
    expect(exact.lines).toEqual([JSON.parse(request)]);
    const over = Buffer.concat([longest, Buffer.from(" ")]);
    const refused = await gained(() => receiver.post("/v1/logs", over));
    const bomb = await gained(() => receiver.post("/v1/logs", gzipSync(over), { "content-encoding": "gzip" }));
    async function* chunks() {
      for (let at = 0; at < over.length; at += 1024 * 1024) yield over.subarray(at, at + 1024 * 1024);
    }
    const chunked = await gained(() =>
      fetch(`${receiver.url}/v1/logs`, {
        method: "POST",
        body: new ReadableStream({
          async start(controller) {
            for await (const chunk of chunks()) controller.enqueue(chunk);
            controller.close();
          },
        }),
        headers: { "content-type": "application/json" },
      }),
    );
    for (const { response, lines } of [refused, bomb, chunked]) {
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ code: 8 });
      expect(lines).toEqual([]);
    }
  });

  test("whose sender leaves within the body is not written", async () => {
    const before = receiver.lines("logs").length;
    const head =
      "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n";
    const socket = connect(receiver.health.ports.http, "127.0.0.1");
    await new Promise<void>((resolve) => socket.write(`${head}{"resourceLogs":[`, () => resolve()));
    socket.destroy();
    await until(() => receiver.log.some((line) => line.includes("closed within the body")));
    expect(receiver.lines("logs").length).toBe(before);
    expect((await receiver.post("/v1/logs", "{}")).status).toBe(200);
  });
});

describe("what is no export request", () => {
  test.each([
    ["GET", "/v1/logs", {}, undefined, 405],
    ["PUT", "/v1/logs", { "content-type": "application/json" }, "{}", 405],
    ["OPTIONS", "/v1/logs", {}, undefined, 405],
    ["POST", "/", { "content-type": "application/json" }, "{}", 404],
    ["POST", "/v1/logs/", { "content-type": "application/json" }, "{}", 404],
    ["POST", "/v1development/profiles", { "content-type": "application/json" }, "{}", 404],
    ["POST", "/v1/logs", { "content-type": "text/plain" }, "{}", 415],
    ["POST", "/v1/logs", { "content-type": "" }, "{}", 415],
    ["POST", "/v1/logs", { "content-type": "application/x-www-form-urlencoded" }, "a=b", 415],
    ["POST", "/v1/logs", { "content-type": "application/json", "content-encoding": "br" }, "{}", 400],
    ["POST", "/v1/logs", { "content-type": "application/json", "content-encoding": "gzip" }, "{}", 400],
    ["POST", "/v1/logs", { "content-type": "application/json" }, "", 400],
    ["POST", "/v1/logs", { "content-type": "application/json" }, '{"resourceLogs":[', 400],
    ["POST", "/v1/logs", { "content-type": "application/json" }, "[]", 400],
    ["POST", "/v1/logs", { "content-type": "application/json" }, '"text"', 400],
    ["POST", "/v1/logs", { "content-type": "application/json", origin: "https://evil.example" }, "{}", 403],
    ["POST", "/v1/logs", { "content-type": "application/json", "sec-fetch-site": "cross-site" }, "{}", 403],
    ["POST", "/v1/logs", { "content-type": "application/json", host: "evil.example:4318" }, "{}", 403],
  ] as const)("%s %s %j %j is answered %#", async (method, path, headers, body, status) => {
    const { response, lines } = await gained(() =>
      fetch(`${receiver.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) }),
    );
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ code: expect.any(Number), message: expect.any(String) });
    expect(lines).toEqual([]);
  });

  test("in protobuf is answered with a google.rpc.Status in protobuf", async () => {
    const { response, lines } = await gained(() =>
      receiver.post("/v1/logs", Buffer.from([1, 2, 3, 255, 254]), PROTOBUF),
    );
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/x-protobuf");
    const reader = Reader.create(await response.bytes());
    expect([reader.uint32(), reader.int32(), reader.uint32(), reader.string()]).toEqual([
      8,
      3,
      18,
      expect.stringContaining("Cannot read"),
    ]);
    expect(lines).toEqual([]);
  });

  test("is told the right paths", async () => {
    const answer = await (await receiver.post("/", "{}")).json();
    expect(answer).toMatchObject({ message: expect.stringContaining("/v1/logs, /v1/metrics, /v1/traces") });
  });

  test("cut gzip is refused and the receiver lives on", async () => {
    const cut = gzipSync(JSON.stringify(logsRequest())).subarray(0, 30);
    const { response, lines } = await gained(() => receiver.post("/v1/logs", cut, { "content-encoding": "gzip" }));
    expect(response.status).toBe(400);
    expect(lines).toEqual([]);
    expect((await receiver.post("/v1/logs", "{}")).status).toBe(200);
  });

  test.each(["127.0.0.1", "localhost", "[::1]", "LOCALHOST:4318"])("may name the host %s", async (host) => {
    expect((await receiver.post("/v1/logs", "{}", { host })).status).toBe(200);
  });
});

describe("the health port", () => {
  test("tells ports, process and counts", async () => {
    const { ports } = receiver.health;
    const health = await (await fetch(`http://127.0.0.1:${ports.health}/`)).json();
    const { instance } = receiver.health;
    expect(health).toMatchObject({
      status: "ok",
      pid: process.pid,
      ports,
      instance,
      records: { logs: recordsWritten() },
    });
  });

  test("answers no web page", async () => {
    const { ports } = receiver.health;
    const answer = await fetch(`http://127.0.0.1:${ports.health}/`, { headers: { origin: "https://evil.example" } });
    expect(answer.status).toBe(403);
  });

  function recordsWritten(): number {
    const requests = receiver.lines("logs") as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] }[];
    return requests
      .flatMap(({ resourceLogs }) => resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs)
      .reduce((sum, { logRecords }) => sum + logRecords.length, 0);
  }
});

/** Sends requests as they are over one connection, each once the one before is answered. */
function rawExchanges(requests: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(receiver.health.ports.http, "127.0.0.1", () => socket.write(requests[0] ?? ""));
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      received += chunk.toString();
      const next = requests[received.match(/HTTP\/1\.1 \d/g)?.length ?? 0];
      if (next === undefined) socket.end();
      else socket.write(next);
    });
    socket.on("close", () => resolve(received));
  });
}
