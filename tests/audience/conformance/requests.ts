import { expect } from "bun:test";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { LIMITS } from "../../../src/kernel/limits.ts";
import { RPC_CODE } from "../../../src/telemetry/response.ts";
import { until } from "../../support/receiver.ts";
import { exchange, healthNow, textsOf } from "../../support/receiver-probe.ts";
import type { Case } from "./case.ts";
import { SAMPLES } from "./samples.ts";
import {
  BINARY_TRANSPORTS,
  expectLines,
  expectRefused,
  gained,
  JSON_TRANSPORT,
  logsRequest,
  outcomeOf,
  PROTOBUF,
  TRANSPORTS,
} from "./wire.ts";

/** Requests as such: what is accepted, in which form, and how anything else is answered. */

const GZIP = { "content-encoding": "gzip" };
const JSON_HEAD = "POST /v1/logs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/** 1 */
export const protobufIsTaken: Case = {
  holds: "protobuf is answered 200 with no bytes and becomes one canonical line",
  async test(at) {
    const request = logsRequest();
    const bytes = BINARY_TRANSPORTS[0]?.encode("logs", request) ?? new Uint8Array();
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", bytes, PROTOBUF));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
    expect((await answer.bytes()).length).toBe(0);
    expect(lines).toEqual([request]);
  },
};

/** 2 */
export const jsonIsTaken: Case = {
  holds: "JSON is answered 200 with {} and becomes the same line, character for character",
  async test(at) {
    const request = logsRequest();
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", JSON.stringify(request)));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.text()).toBe("{}");
    expect(lines).toEqual([request]);
    for (const transport of BINARY_TRANSPORTS) await transport.send(at, "logs", transport.encode("logs", request));
    expect(new Set(textsOf(at, "logs").slice(-3)).size).toBe(1);
  },
};

/** 3 */
export const everySignalHasItsFile: Case = {
  holds: "logs, metrics and traces over every transport become the same lines, each in its own file",
  async test(at) {
    for (const signal of ["logs", "metrics", "traces"] as const) {
      for (const transport of TRANSPORTS) {
        const bytes = transport.encode(signal, SAMPLES[signal]);
        await expectLines(at, { transport, signal, bytes }, [SAMPLES[signal]]);
      }
    }
  },
};

/** 4 */
export const gzipIsTaken: Case = {
  holds: "gzip over every transport is as uncompressed",
  async test(at) {
    for (const transport of TRANSPORTS) {
      const request = logsRequest();
      await expectLines(at, { transport, bytes: transport.encode("logs", request), gzip: "gzip" }, [request]);
    }
  },
};

/** 5 */
export const chunkedIsTaken: Case = {
  holds: "a chunked body without Content-Length is taken",
  async test(at) {
    const request = logsRequest();
    const text = JSON.stringify(request);
    const chunks = [text.slice(0, 7), text.slice(7)].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`);
    const sent = `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${chunks.join("")}0\r\n\r\n`;
    const { answer, lines } = await gained(at, () => exchange(at.health.ports.http, [sent]));
    expect(answer).toStartWith("HTTP/1.1 200");
    expect(lines).toEqual([request]);
  },
};

/** 6 */
export const everyGzipMemberIsRead: Case = {
  holds: "a gzip body of two members is both of them",
  async test(at) {
    const request = logsRequest();
    const text = Buffer.from(JSON.stringify(request));
    const members = Buffer.concat([gzipSync(text.subarray(0, 20)), gzipSync(text.subarray(20))]);
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", members, GZIP));
    expect(answer.status).toBe(200);
    expect(lines).toEqual([request]);
  },
};

/** 7 */
export const connectionIsKept: Case = {
  holds: "requests over one connection become lines in their order",
  async test(at) {
    const requests = [logsRequest(), logsRequest(), logsRequest()];
    const { answer, lines } = await gained(at, () => exchange(at.health.ports.http, requests.map(rawJson)));
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(lines).toEqual(requests);
  },
};

/** 8 */
export const typeHasParametersAndAnyCase: Case = {
  holds: "Content-Type may have parameters and any letter case",
  async test(at) {
    for (const type of ["application/json; charset=utf-8", "APPLICATION/JSON"]) {
      const request = logsRequest();
      const { answer, lines } = await gained(at, () =>
        at.post("/v1/logs", JSON.stringify(request), { "content-type": type }),
      );
      expect(answer.status).toBe(200);
      expect(lines).toEqual([request]);
    }
  },
};

/** 13 */
export const emptyProtobufIsTaken: Case = {
  holds: "an empty protobuf message is taken and not written",
  async test(at) {
    for (const transport of BINARY_TRANSPORTS) await expectLines(at, { transport, bytes: new Uint8Array() }, []);
  },
};

/** 14 */
export const recordlessIsTaken: Case = {
  holds: "a request without a record is taken and not written",
  async test(at) {
    const empty = ["{}", '{"resourceLogs":[]}', '{"resourceLogs":null}'];
    for (const text of [...empty, '{"resourceLogs":[{"scopeLogs":[{"scope":{}}]}]}']) {
      await expectLines(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(text) }, []);
    }
  },
};

/** 15 */
export const emptyJsonIsRefused: Case = {
  holds: "an empty body is no JSON",
  test: (at) => expectRefused(at, { transport: JSON_TRANSPORT, bytes: new Uint8Array() }, RPC_CODE.invalidArgument),
};

/** 16 */
export const cutJsonIsRefused: Case = {
  holds: "cut JSON is answered 400 with a Status in JSON",
  async test(at) {
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", '{"resourceLogs":['));
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ code: 3, message: expect.stringContaining("JSON") });
    expect(lines).toEqual([]);
  },
};

/** 17 */
export const noiseIsRefused: Case = {
  holds: "bytes that are no message are refused with a google.rpc.Status in protobuf",
  async test(at) {
    const noise = Buffer.from([1, 2, 3, 255, 254]);
    for (const transport of BINARY_TRANSPORTS) {
      await expectRefused(at, { transport, bytes: noise }, RPC_CODE.invalidArgument);
    }
    const answer = await at.post("/v1/logs", noise, PROTOBUF);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toBe("application/x-protobuf");
  },
};

/** 18 */
export const otherJsonIsRefused: Case = {
  holds: "JSON that is no object is refused",
  async test(at) {
    for (const text of ["[]", '"text"', "1", "null"]) {
      await expectRefused(at, { transport: JSON_TRANSPORT, bytes: Buffer.from(text) }, RPC_CODE.invalidArgument);
    }
  },
};

/** 19 */
export const brokenGzipIsRefused: Case = {
  holds: "cut gzip, and what only calls itself gzip, is refused, and the receiver lives on",
  async test(at) {
    const whole = gzipSync(JSON.stringify(logsRequest()));
    for (const body of [whole.subarray(0, 30), Buffer.from("{}"), Buffer.concat([whole, Buffer.from("tail")])]) {
      const { answer, lines } = await gained(at, () => at.post("/v1/logs", body, GZIP));
      expect(answer.status).toBe(400);
      expect((await outcomeOf(answer)).code).toBe(RPC_CODE.invalidArgument);
      expect(lines).toEqual([]);
    }
    expect((await at.post("/v1/logs", "{}")).status).toBe(200);
  },
};

/** 20 */
export const otherEncodingIsRefused: Case = {
  holds: "a Content-Encoding other than gzip is refused, and identity is none",
  async test(at) {
    for (const encoding of ["br", "zstd", "deflate", "gzip, gzip"]) {
      const { answer, lines } = await gained(at, () => at.post("/v1/logs", "{}", { "content-encoding": encoding }));
      expect(answer.status).toBe(400);
      expect((await outcomeOf(answer)).text).toContain("Content-Encoding");
      expect(lines).toEqual([]);
    }
    expect((await at.post("/v1/logs", "{}", { "content-encoding": "identity" })).status).toBe(200);
  },
};

/** 21 */
export const longBodyIsRefused: Case = {
  holds: "one byte more than the limit is answered 413, of known length and in chunks, and no connection hangs",
  async test(at) {
    const over = Buffer.alloc(LIMITS.otlpBodyBytesMax + 1, " ");
    over.write("{}");
    const known = Buffer.concat([Buffer.from(`${JSON_HEAD}Content-Length: ${over.length}\r\n\r\n`), over]);
    const size = Buffer.from(`${over.length.toString(16)}\r\n`);
    const head = Buffer.from(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const chunked = Buffer.concat([head, size, over, Buffer.from("\r\n0\r\n\r\n")]);
    for (const sent of [known, chunked]) {
      // The next request on the same connection is answered: the refused one was read to its end and let go.
      const request = logsRequest();
      const { answer, lines } = await gained(at, () => exchange(at.health.ports.http, [sent, rawJson(request)]));
      expect(answer).toStartWith("HTTP/1.1 413");
      expect(answer).toContain('"code":8');
      expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
      expect(lines).toEqual([request]);
    }
  },
};

/** 22 */
export const bombIsRefused: Case = {
  holds: "a body of a thousandth that inflates past the limit is answered 413",
  async test(at) {
    const bomb = gzipSync(Buffer.alloc(LIMITS.otlpBodyBytesMax + 1, " "));
    const { answer, lines } = await gained(at, () => at.post("/v1/logs", bomb, GZIP));
    expect(answer.status).toBe(413);
    expect((await outcomeOf(answer)).code).toBe(RPC_CODE.resourceExhausted);
    expect(lines).toEqual([]);
  },
};

/** 23 */
export const longestBodyIsTaken: Case = {
  holds: "exactly the limit is taken, as it is and compressed",
  async test(at) {
    const request = logsRequest();
    const longest = Buffer.alloc(LIMITS.otlpBodyBytesMax, " ");
    longest.write(JSON.stringify(request));
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: longest }, [request]);
    await expectLines(at, { transport: JSON_TRANSPORT, bytes: longest, gzip: "gzip" }, [request]);
  },
};

/** 51 */
export const leavingWithinTheBodyWritesNothing: Case = {
  holds: "a sender that leaves within its body leaves no line",
  async test(at) {
    const aborted = async () => (await healthNow(at)).refused_by_cause.aborted;
    const [lines, before] = [textsOf(at, "logs").length, await aborted()];
    const socket = connect(at.health.ports.http, "127.0.0.1");
    const sent = `${JSON_HEAD}Content-Length: 500\r\n\r\n{"resourceLogs":[`;
    await new Promise<void>((resolve) => socket.write(sent, () => resolve()));
    socket.destroy();
    await until(async () => (await aborted()) === before + 1);
    expect(textsOf(at, "logs").length).toBe(lines);
  },
};

function rawJson(request: unknown): string {
  const text = JSON.stringify(request);
  return `${JSON_HEAD}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}
