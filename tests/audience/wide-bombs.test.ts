import { expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { Writer } from "protobufjs/minimal";
import { LIMITS } from "../../src/kernel/limits.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { wideBodies } from "../support/hostile-bodies.ts";
import { memoryOf } from "../support/receiver-probe.ts";
import { exportingSteadily } from "../support/steady-exporter.ts";

/** Bodies that are as long as a body may be and hold as many things as fit, at the compiled receiver. */

const MIB = 1024 * 1024;
/** An honest request of that length takes up to 450 MiB; what these hold took 5 GB as objects. */
const PEAK_MIB_MAX = 800;

test("64 MiB of brackets, of empty things or of one text are refused or taken at once, and a good exporter loses nothing", async () => {
  await using receiver = await binaryReceiver();
  const statuses = new Map<string, number>();
  const exported = await exportingSteadily(receiver, async () => {
    for (const { what, type, body } of wideBodies(LIMITS.otlpBodyBytesMax)) {
      const headers = { "content-type": type, "content-encoding": "gzip" };
      const answer = await receiver.post("/v1/logs", gzipSync(body, { level: 1 }), headers);
      await answer.bytes();
      statuses.set(`${what}, ${type}`, answer.status);
    }
  });
  expect(statuses.size).toBe(20);
  // What is unknown is ignored, and a text that is too long for a line is left out of the request.
  const taken = [...statuses].filter(([, status]) => status !== 400);
  expect(taken).toEqual([
    ["control characters, application/json", 200],
    ["fields that are unknown, application/x-protobuf", 200],
    ["groups side by side, application/x-protobuf", 200],
    ["control characters, application/x-protobuf", 200],
  ]);
  expect(exported.again).toBe(0);
  expect((await receiver.post("/v1/logs", "{}")).status).toBe(200);
  if (process.platform === "linux") expect(memoryOf(receiver.health.pid)?.peakMiB).toBeLessThan(PEAK_MIB_MAX);
}, 120_000);

test.each(["json", "protobuf"] as const)(
  "400 requests with a session id of 1 MiB each leave no memory behind, in %s",
  async (encoding) => {
    await using receiver = await binaryReceiver({ MASQUE_AUDIENCE_SYNC: "off" });
    const before = memoryOf(receiver.health.pid)?.nowMiB;
    const type = encoding === "json" ? "application/json" : "application/x-protobuf";
    for (let number = 0; number < 400; number += 1) {
      const answer = await receiver.post("/v1/logs", withSession(encoding, number), { "content-type": type });
      expect(answer.status).toBe(200);
    }
    const after = memoryOf(receiver.health.pid)?.nowMiB;
    if (process.platform !== "linux") return;
    expect(before).toBeNumber();
    expect((after ?? Number.NaN) - (before ?? Number.NaN)).toBeLessThan(200);
  },
  120_000,
);

function withSession(encoding: "json" | "protobuf", number: number): Buffer {
  const id = `${number}-`.padEnd(MIB, "x");
  if (encoding === "json") {
    const attributes = [{ key: "session.id", value: { stringValue: id } }];
    return Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] }));
  }
  const value = Writer.create().uint32(10).string(id).finish();
  const attribute = Writer.create().uint32(10).string("session.id").uint32(18).bytes(value).finish();
  return Buffer.from(
    [50, 18, 18, 10].reduce((bytes, tag) => Writer.create().uint32(tag).bytes(bytes).finish(), attribute),
  );
}
