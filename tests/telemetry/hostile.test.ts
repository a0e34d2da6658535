import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { DecodeError } from "../../src/telemetry/message.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { type ExportBody, RequestReader } from "../../src/telemetry/request-reader.ts";
import { SIGNALS } from "../../src/telemetry/signal.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { grpcClient } from "../support/grpc.ts";
import { type HostileRequest, hostileJson, hostileProtobuf } from "../support/hostile-requests.ts";

/** No body is a bug of ours: each is taken or refused, over every way in. */

const reader = new RequestReader(protobufCodec);
/** A histogram's bounds, a list of doubles that is four bytes long. */
const HALF_A_DOUBLE = Buffer.from("0a0e120c120a4a080a063a0400000000", "hex");
const TYPES = { json: "application/json", protobuf: "application/x-protobuf" } as const;

/** Whether it was taken. @throws for anything else than a refusal, or a line that is not JSON. */
async function isTaken(body: ExportBody): Promise<boolean> {
  try {
    const { lines } = await reader.read(body);
    for (const line of Buffer.from(lines).toString().split("\n").slice(0, -1)) JSON.parse(line);
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  }
}

async function takenAndRefused(requests: Iterable<HostileRequest>) {
  const counts = { taken: 0, refused: 0 };
  for (const request of requests) {
    try {
      counts[(await isTaken(request)) ? "taken" : "refused"] += 1;
    } catch (error) {
      throw new Error(`${request.signal}: ${request.what}: ${Buffer.from(request.bytes).toString("hex")}`, {
        cause: error,
      });
    }
  }
  return counts;
}

describe("RequestReader.read()", () => {
  test("refuses half a double in a list", async () => {
    expect(await isTaken({ signal: "metrics", encoding: "protobuf", bytes: HALF_A_DOUBLE })).toBe(false);
    // In a larger buffer something lies behind it, which is not read either.
    const larger = Buffer.concat([HALF_A_DOUBLE, Buffer.alloc(64, 0x40)]).subarray(0, HALF_A_DOUBLE.length);
    expect(await isTaken({ signal: "metrics", encoding: "protobuf", bytes: larger })).toBe(false);
  });

  test("takes or refuses each fault at each field of protobuf", async () => {
    const { taken, refused } = await takenAndRefused(hostileProtobuf());
    expect(taken).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(10_000);
  });

  test("takes or refuses each wrong value at each field of JSON", async () => {
    const { taken, refused } = await takenAndRefused(hostileJson());
    expect(taken).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(1_000);
  });

  test("takes or refuses any bytes", async () => {
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .array(fc.constantFrom(0x0a, 0x12, 0x1a, 0x3a, 0x4a, 0, 1, 2, 4, 8, 0x80, 0xff), { maxLength: 48 })
        .map(Buffer.from),
      fc.json().map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(...SIGNALS), async (bytes, signal) => {
        await isTaken({ signal, encoding: "protobuf", bytes });
        await isTaken({ signal, encoding: "json", bytes });
      }),
      { numRuns: 5_000 },
    );
  });
});

test("the compiled receiver answers every 97th of these with 200 or 400, over HTTP and gRPC, and goes on", async () => {
  await using receiver = await binaryReceiver();
  using client = grpcClient(receiver.health.ports.grpc);
  const half = await receiver.post("/v1/metrics", HALF_A_DOUBLE, { "content-type": TYPES.protobuf });
  expect(half.status).toBe(400);
  const all = [...hostileProtobuf(), ...hostileJson()].filter((_, index) => index % 97 === 0);
  expect(all.length).toBeGreaterThan(300);
  for (const { what, signal, encoding, bytes } of all) {
    const answer = await receiver.post(`/v1/${signal}`, bytes, { "content-type": TYPES[encoding] });
    expect({ what, is: answer.status === 200 || answer.status === 400 }).toEqual({ what, is: true });
    if (encoding !== "protobuf") continue;
    const { code } = await client.export(signal, Buffer.from(bytes));
    expect({ what, code: answer.status === 200 ? 0 : 3 }).toEqual({ what, code });
  }
  expect(receiver.log.filter((line) => line.includes("bug"))).toEqual([]);
});
