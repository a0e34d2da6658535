import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { Metadata, status } from "@grpc/grpc-js";
import { Reader } from "protobufjs/minimal";
import { listenGrpc } from "../../src/audience/grpc/listen.ts";
import { budgetForBodies } from "../../src/audience/memory-budget.ts";
import { type Outcome, type Refusal, refused } from "../../src/audience/outcome.ts";
import type { Health } from "../../src/audience/process/health.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { type Canonical, REQUESTS } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { SIGNALS, type Signal } from "../../src/telemetry/signal.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";
import { EXPORT_PATHS, framed, grpcClient, rawConnection } from "../support/grpc.ts";
import { CANCEL_FRAME, unendedCall } from "../support/http2-frames.ts";
import { type TestReceiver, testReceiver, until } from "../support/receiver.ts";

/** OTLP/gRPC against a real receiver, from source and compiled: what docs/otlp.md promises, call by call. */

let marks = 0;
/** A logs request like no other, in canonical form. */
function logsRequest(text = "claude_code.user_prompt"): Canonical {
  const attributes = [{ key: "mark", value: { intValue: String(++marks) } }];
  const logRecords = [{ timeUnixNano: "1795351211328000000", body: { stringValue: text }, attributes }];
  return { resourceLogs: [{ resource: {}, scopeLogs: [{ scope: { name: "s" }, logRecords }] }] };
}

const REQUESTS_BY_SIGNAL: Readonly<Record<Signal, Canonical>> = {
  logs: logsRequest(),
  metrics: {
    resourceMetrics: [
      {
        resource: {},
        scopeMetrics: [{ scope: {}, metrics: [{ name: "n", gauge: { dataPoints: [{ asInt: "9007199254740993" }] } }] }],
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
};

const encoded = (request: Canonical, signal: Signal = "logs") => encodeOtlp(REQUESTS[signal], request);

/** A field of protobuf that holds so many zeros: an unknown one, to be skipped. */
function padding(length: number): Buffer {
  const head = Buffer.from([((100 << 3) & 0x7f) | 0x80 | 2, (100 << 3) >> 7]);
  const size: number[] = [];
  for (let rest = length; ; rest >>>= 7) {
    size.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([head, Buffer.from(size), Buffer.alloc(length)]);
}

/** A request of exactly so many bytes. */
function padded(request: Canonical, length: number): Buffer {
  const bytes = encoded(request);
  let pad = padding(length - bytes.length - 6);
  pad = padding(length - bytes.length - 6 + (length - bytes.length - pad.length));
  return Buffer.concat([bytes, pad]);
}

describe.each([
  ["from source", () => testReceiver()],
  ["compiled", () => binaryReceiver()],
])("OTLP/gRPC, %s", (_built, start) => {
  let receiver: TestReceiver;
  let port: number;
  beforeAll(async () => {
    receiver = await start();
    port = receiver.health.ports.grpc;
  });
  afterAll(async () => {
    await receiver[Symbol.asyncDispose]();
  });

  /** What the file gained while `act` ran. */
  async function gained<T>(act: () => Promise<T>, signal: Signal = "logs") {
    const before = receiver.lines(signal).length;
    const answer = await act();
    return { answer, lines: receiver.lines(signal).slice(before) };
  }

  /** How many calls were reset before they had ended, as the receiver counts. */
  async function resetCalls(): Promise<number> {
    const health: unknown = await (await fetch(`http://127.0.0.1:${receiver.health.ports.health}/`)).json();
    return (health as Health).refused_by_cause.aborted;
  }

  describe("an Export", () => {
    test.each(SIGNALS.flatMap((signal) => [[signal, false] as const, [signal, true] as const]))(
      "of %s (gzip: %p) becomes the same line as over HTTP",
      async (signal, gzip) => {
        const request = REQUESTS_BY_SIGNAL[signal];
        const body = encoded(request, signal);
        using client = grpcClient(port, { gzip });
        const grpc = await gained(() => client.export(signal, body), signal);
        expect(grpc.answer).toMatchObject({ code: status.OK, response: Buffer.alloc(0) });
        const type = { "content-type": "application/x-protobuf" };
        const http = await gained(() => receiver.post(`/v1/${signal}`, body, type), signal);
        expect(grpc.lines).toEqual([request]);
        expect(http.lines).toEqual(grpc.lines);
      },
    );

    test("is put together from frames that are cut anywhere", async () => {
      const request = logsRequest("x".repeat(40_000));
      const message = framed(encoded(request));
      const cuts = [1, 3, 5, 6, 20, 16_400, message.length - 1, message.length];
      const chunks = cuts.map((cut, index) => message.subarray(cuts[index - 1] ?? 0, cut));
      await using connection = rawConnection(port);
      const { answer, lines } = await gained(() => connection.call({ chunks }));
      expect(answer).toMatchObject({ http: 200, status: 0, body: framed(Buffer.alloc(0)), reset: 0 });
      expect(lines).toEqual([request]);
    });

    test("may be one of a hundred at once on one connection: each is answered, none is mixed up", async () => {
      const requests = Array.from({ length: 100 }, (_, nth) => logsRequest("y".repeat(nth * 700)));
      using client = grpcClient(port);
      const { answer, lines } = await gained(() =>
        Promise.all(requests.map((one) => client.export("logs", encoded(one)))),
      );
      expect(answer.map(({ code }) => code)).toEqual(requests.map(() => status.OK));
      expect(new Set(lines.map((line) => JSON.stringify(line)))).toEqual(
        new Set(requests.map((one) => JSON.stringify(one))),
      );
      expect(lines).toHaveLength(100);
    });

    test("after another on one connection is written after it, a hundred times", async () => {
      const requests = Array.from({ length: 100 }, () => logsRequest());
      await using connection = rawConnection(port);
      const { answer, lines } = await gained(async () => {
        const statuses = new Set<number | undefined>();
        for (const one of requests) statuses.add((await connection.call({ chunks: [framed(encoded(one))] })).status);
        return statuses;
      });
      expect(answer).toEqual(new Set([0]));
      expect(lines).toEqual(requests);
    });

    test.each([
      ["no bytes", Buffer.alloc(0)],
      ["no record", Buffer.from([0x0a, 0x00])],
    ])("that holds %s is taken and not written", async (_what, body) => {
      using client = grpcClient(port);
      const { answer, lines } = await gained(() => client.export("logs", body));
      expect(answer.code).toBe(status.OK);
      expect(lines).toEqual([]);
    });

    test("sent to another signal's service is reported in the response", async () => {
      using client = grpcClient(port);
      const body = padding(10);
      const { answer } = await gained(() => client.export("metrics", body));
      const reader = Reader.create(answer.response);
      expect([reader.uint32(), reader.uint32() > 0, reader.uint32(), reader.string()]).toEqual([
        10,
        true,
        18,
        expect.stringContaining("is the path right?"),
      ]);
    });

    test.each(["application/grpc", "application/grpc+proto", "Application/GRPC", "application/grpc; charset=x"])(
      "may call itself %s",
      async (type) => {
        await using connection = rawConnection(port);
        const answer = await connection.call({ headers: { "content-type": type }, chunks: [framed(Buffer.alloc(0))] });
        expect(answer.status).toBe(0);
      },
    );

    test("may say gzip and send some messages as they are, and several members in one", async () => {
      const [plain, packed] = [logsRequest(), logsRequest()];
      const bytes = encoded(packed);
      const members = Buffer.concat([gzipSync(bytes.subarray(0, 9)), gzipSync(bytes.subarray(9))]);
      await using connection = rawConnection(port);
      const headers = { "grpc-encoding": "gzip" };
      const { lines } = await gained(async () => {
        expect((await connection.call({ headers, chunks: [framed(encoded(plain))] })).status).toBe(0);
        expect((await connection.call({ headers, chunks: [framed(members, 1)] })).status).toBe(0);
      });
      expect(lines).toEqual([plain, packed]);
    });
  });

  describe("a call that is not Export", () => {
    const REFUSED = [
      ["an unknown method", { headers: { ":path": "/opentelemetry.proto.collector.logs.v1.LogsService/Import" } }, 12],
      [
        "a signal that is not kept",
        { headers: { ":path": "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export" } },
        12,
      ],
      ["an unknown encoding", { headers: { "grpc-encoding": "zstd" }, chunks: [framed(Buffer.from("x"), 1)] }, 12],
      ["random bytes", { chunks: [framed(Buffer.from([1, 2, 3, 255, 254]))] }, 3],
      ["gzip that is none", { headers: { "grpc-encoding": "gzip" }, chunks: [framed(Buffer.from("none"), 1)] }, 3],
      [
        "cut gzip",
        { headers: { "grpc-encoding": "gzip" }, chunks: [framed(gzipSync("cut short").subarray(0, 15), 1)] },
        3,
      ],
      ["a compressed message without an encoding", { chunks: [framed(gzipSync(Buffer.alloc(0)), 1)] }, 3],
      ["nothing", {}, 3],
      ["a prefix cut short", { chunks: [Buffer.from([0, 0, 0])] }, 3],
      ["a message cut short", { chunks: [framed(Buffer.alloc(10)).subarray(0, 12)] }, 3],
      ["two messages", { chunks: [Buffer.concat([framed(Buffer.alloc(0)), framed(Buffer.alloc(0))])] }, 3],
      ["a timeout that is none", { headers: { "grpc-timeout": "soon" }, chunks: [framed(Buffer.alloc(0))] }, 3],
      ["a message announced one byte too long", { chunks: [Buffer.from([0, 4, 0, 0, 1])] }, 8],
    ] as const;

    test.each(REFUSED)("%s is refused, and the connection goes on", async (_what, call, code) => {
      await using connection = rawConnection(port);
      const { answer, lines } = await gained(() => connection.call(call));
      expect(answer).toMatchObject({ http: 200, status: code, body: Buffer.alloc(0), reset: 0 });
      expect(answer.message).not.toBe("");
      expect(answer.headers["grpc-accept-encoding"]).toBe("identity,gzip");
      expect(lines).toEqual([]);
      expect((await connection.call({ chunks: [framed(Buffer.alloc(0))] })).status).toBe(0);
    });

    test.each([
      [{ "content-type": "application/json" }, 415],
      [{ "content-type": "application/grpc-web+proto" }, 415],
      [{ "content-type": "application/grpc+json" }, 415],
      [{ "content-type": "text/plain" }, 415],
      [{ ":method": "GET" }, 405],
      [{ ":method": "OPTIONS" }, 405],
    ])("%j is answered HTTP %i, since it is not gRPC", async (headers, http) => {
      await using connection = rawConnection(port);
      const answer = await connection.call({ headers });
      expect(answer).toMatchObject({ http, status: undefined, reset: 0 });
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    });

    test("HTTP/1.1 is not spoken here", async () => {
      await expect(fetch(`http://127.0.0.1:${port}/v1/logs`, { method: "POST", body: "{}" })).rejects.toThrow();
      using client = grpcClient(port);
      expect((await client.export("logs", Buffer.alloc(0))).code).toBe(status.OK);
    });

    test("headers beyond their bound reset the stream", async () => {
      await using connection = rawConnection(port);
      const answer = await connection.call({ headers: { long: "x".repeat(LIMITS.grpcHeaderBytesMax) } });
      expect(answer).toMatchObject({ http: undefined, status: undefined });
      expect(answer.reset).not.toBe(0);
    });

    test.each(["RST_STREAM", "the end of the connection"])(
      "a message that had come whole, but for the end of its stream, is not written after %s",
      async (how) => {
        const socket = connect(port, "127.0.0.1");
        await new Promise((resolve) => socket.once("connect", resolve));
        const { lines } = await gained(async () => {
          const before = await resetCalls();
          socket.write(unendedCall(framed(encoded(logsRequest()))));
          if (how === "RST_STREAM") socket.write(CANCEL_FRAME);
          else socket.end();
          await until(async () => (await resetCalls()) > before);
        });
        socket.destroy();
        expect(lines).toEqual([]);
      },
    );

    test("a call that is not complete by its own deadline ends with that status", async () => {
      await using connection = rawConnection(port);
      const call = { headers: { "grpc-timeout": "50m" }, chunks: [Buffer.from([0, 0])], staysOpen: true };
      const { answer, lines } = await gained(() => connection.call(call));
      expect(answer.status).toBe(status.DEADLINE_EXCEEDED);
      expect(lines).toEqual([]);
    });
  });

  test("a message of exactly the longest is taken, one byte more is not, on the wire and decompressed", async () => {
    const request = logsRequest();
    const longest = padded(request, LIMITS.otlpBodyBytesMax);
    expect(longest.length).toBe(LIMITS.otlpBodyBytesMax);
    using plain = grpcClient(port);
    const exact = await gained(() => plain.export("logs", longest));
    expect(exact.answer.code).toBe(status.OK);
    expect(exact.lines).toEqual([request]);
    const over = Buffer.concat([longest, Buffer.from([0])]);
    using gzip = grpcClient(port, { gzip: true });
    for (const client of [plain, gzip]) {
      const { answer, lines } = await gained(() => client.export("logs", over));
      expect(answer.code).toBe(status.RESOURCE_EXHAUSTED);
      // Without a RetryInfo it is never sent again.
      expect(answer.metadata?.get("grpc-status-details-bin")).toEqual([]);
      expect(lines).toEqual([]);
    }
  }, 30_000);

  test("more than there is room for is turned away with when to come again; the small go on", async () => {
    await using connection = rawConnection(port);
    const size = 32 * 1024 * 1024;
    const open = new AbortController();
    const piece = Buffer.alloc(1024 * 1024);
    const chunks = [framed(Buffer.alloc(0)).fill(0), ...Array.from({ length: 31 }, () => piece)];
    chunks[0]?.writeUInt32BE(size, 1);
    const calls = Array.from({ length: 8 }, () => connection.call({ chunks, staysOpen: true, signal: open.signal }));
    const first = await Promise.race(calls);
    expect(first).toMatchObject({ status: status.UNAVAILABLE });
    const details = Buffer.from(String(first.headers["grpc-status-details-bin"]), "base64");
    expect(details.toString("latin1")).toContain("type.googleapis.com/google.rpc.RetryInfo");
    const request = logsRequest();
    using client = grpcClient(port);
    const { answer, lines } = await gained(() => client.export("logs", encoded(request)));
    expect(answer.code).toBe(status.OK);
    expect(lines).toEqual([request]);
    open.abort();
    await Promise.all(calls);
    await until(() => receiver.log.some((line) => line.includes("too much is being received")));
  }, 30_000);
});

test("a call that is refused after its deadline passed is counted once, as what its sender was answered", async () => {
  const refusals: Refusal[] = [];
  const afterwards = Promise.withResolvers<Outcome>();
  const listening = await listenGrpc({
    host: "127.0.0.1",
    httpPort: 0,
    grpcPort: 0,
    healthPort: 0,
    protobuf: protobufCodec,
    receive: () => afterwards.promise,
    health: () => {
      throw new TypeError("There is no health port");
    },
    authorise: () => true,
    budget: budgetForBodies(),
    onRefused: (refusal) => void refusals.push(refusal),
    onBug: (error) => {
      throw error;
    },
  });
  await using connection = rawConnection(listening.grpcPort);
  const call = { headers: { "grpc-timeout": "50m" }, chunks: [framed(Buffer.alloc(0))] };
  expect((await connection.call(call)).status).toBe(status.DEADLINE_EXCEEDED);
  afterwards.resolve(refused("overloaded", "full"));
  // The next call is counted after all that the first could still do.
  const next = await connection.call({ headers: { "grpc-timeout": "soon" }, chunks: [framed(Buffer.alloc(0))] });
  expect(next.status).toBe(status.INVALID_ARGUMENT);
  expect(refusals.map(({ cause }) => cause)).toEqual(["slow", "malformed"]);
  await connection[Symbol.asyncDispose]();
  await listening.drain();
});

test("a token that is asked for is asked for over gRPC too", async () => {
  await using receiver = await testReceiver(undefined, "secret");
  for (const [authorization, code] of [
    [undefined, status.UNAUTHENTICATED],
    ["Bearer wrong", status.UNAUTHENTICATED],
    ["Bearer secret", status.OK],
  ] as const) {
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set("authorization", authorization);
    using client = grpcClient(receiver.health.ports.grpc, { metadata });
    expect((await client.export("logs", encoded(logsRequest()))).code).toBe(code);
  }
  expect(receiver.lines("logs")).toHaveLength(1);
});

test("asked to stop, it finishes the call under way, then takes no more", async () => {
  const receiver = await testReceiver();
  const request = logsRequest();
  const message = framed(encoded(request));
  const connection = rawConnection(receiver.health.ports.grpc);
  const stream = connection.session.request({
    ":method": "POST",
    ":path": EXPORT_PATHS.logs,
    "content-type": "application/grpc",
  });
  const trailers = new Promise<number>((resolve) =>
    stream.on("trailers", (sent) => resolve(Number(sent["grpc-status"]))),
  );
  stream.resume();
  await new Promise<void>((resolve) => stream.write(message.subarray(0, 20), () => resolve()));
  // Answered on the same connection, so the first is under way by then.
  expect((await connection.call({ chunks: [framed(Buffer.alloc(0))] })).status).toBe(0);
  const stopping = receiver.stop();
  using late = grpcClient(receiver.health.ports.grpc);
  expect((await late.export("logs", encoded(logsRequest()), 2_000)).code).not.toBe(status.OK);
  stream.end(message.subarray(20));
  expect(await trailers).toBe(0);
  await stopping;
  expect(receiver.lines("logs")).toEqual([request]);
  await connection[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
