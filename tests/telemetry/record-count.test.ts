import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Writer } from "protobufjs/minimal";
import { Tally } from "../../src/audience/tally.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { sessionDigest } from "../../src/telemetry/line/record-count.ts";
import { MASQUE_SCOPE } from "../../src/telemetry/masque-event.ts";
import { type Canonical, REQUESTS } from "../../src/telemetry/message.ts";
import { serializeProbe } from "../../src/telemetry/otlp-transformer/serialize-probe.ts";
import { protobufCodec } from "../../src/telemetry/protobuf/codec.ts";
import { RequestReader } from "../../src/telemetry/request-reader.ts";
import type { Encoding } from "../../src/telemetry/response.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";

const ENCODINGS = ["json", "protobuf"] as const satisfies readonly Encoding[];
const reader = new RequestReader(protobufCodec);

/** Every way in which a request may come: either encoding, read quickly or, for a field that is unknown, thoroughly. */
async function readEachWay(request: Canonical) {
  const json = JSON.stringify(request);
  const protobuf = encodeOtlp(REQUESTS.logs, request);
  const unknown = Writer.create()
    .uint32((99 << 3) | 0)
    .uint32(1)
    .finish();
  const bodies = {
    "json, quick": { encoding: "json", bytes: Buffer.from(json) },
    "json, thorough": { encoding: "json", bytes: Buffer.from(` ${json}`) },
    "protobuf, quick": { encoding: "protobuf", bytes: protobuf },
    "protobuf, thorough": { encoding: "protobuf", bytes: Buffer.concat([protobuf, unknown]) },
  } as const;
  const entries = Object.entries(bodies).map(async ([way, { encoding, bytes }]) => {
    const read = await reader.read({ signal: "logs", encoding, bytes });
    return [way, read] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function requestOf(scopes: readonly { name: string; records: readonly (readonly Canonical[])[] }[]): Canonical {
  const scopeLogs = scopes.map(({ name, records }) => ({
    scope: name === "" ? {} : { name },
    logRecords: records.map((attributes) => ({ body: {}, ...(attributes.length > 0 ? { attributes } : {}) })),
  }));
  return { resourceLogs: [{ resource: {}, scopeLogs }] };
}

const attribute = (key: string, value: Canonical, keyStrindex = 0): Canonical => ({
  ...(key === "" ? {} : { key }),
  value,
  ...(keyStrindex === 0 ? {} : { keyStrindex }),
});

const anyValue = fc.oneof(
  fc.constantFrom<Canonical>(
    {},
    { stringValue: "" },
    { stringValue: "a" },
    { stringValue: 'b\n"é' },
    { stringValueStrindex: 7 },
    { boolValue: false },
    { doubleValue: 0.5 },
    { intValue: "3" },
    { bytesValue: "YQ==" },
    { arrayValue: { values: [{ stringValue: "a" }] } },
    { kvlistValue: { values: [attribute("session.id", { stringValue: "inner" })] } },
  ),
);
const anyAttribute = fc
  .tuple(
    fc.constantFrom("session.id", "session.id", "session.i", "session.id.", ""),
    anyValue,
    fc.constantFrom(0, 0, 5),
  )
  .map(([key, value, index]) => attribute(key, value, index));
const anyScopes = fc.array(
  fc.record({
    name: fc.constantFrom("", MASQUE_SCOPE, "masque.doctor", "masquerade", "other"),
    records: fc.array(fc.array(anyAttribute, { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);

/** The definition in words, once more: the first session.id that holds a scalar; an empty text is none. */
function sessionSaid(attributes: readonly Canonical[]): string | undefined {
  for (const { key, value } of attributes as readonly { key?: string; value: Canonical }[]) {
    const { stringValue, intValue, doubleValue, boolValue } = value;
    const scalar = stringValue ?? intValue ?? doubleValue ?? boolValue;
    if (key === "session.id" && scalar !== undefined) return scalar === "" ? undefined : String(scalar);
  }
  return undefined;
}

describe("RequestReader.read()", () => {
  test("counts records, sessions and masque's scope the same in each way, and as they are defined", async () => {
    await fc.assert(
      fc.asyncProperty(anyScopes, async (scopes) => {
        const records = scopes.flatMap((scope) => scope.records);
        const sessions = records.map(sessionSaid).filter((session) => session !== undefined);
        const own = scopes.filter(({ name }) => name === MASQUE_SCOPE).flatMap((scope) => scope.records);
        for (const [way, read] of Object.entries(await readEachWay(requestOf(scopes)))) {
          const { records: count, masqueRecords } = read;
          expect({ way, count, masqueRecords, sessions: [...read.sessions].sort() }).toEqual({
            way,
            count: records.length,
            masqueRecords: own.length,
            sessions: [...new Set(sessions.map(sessionDigest))].sort(),
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["doubled", [attribute("session.id", { stringValue: "a" }), attribute("session.id", { stringValue: "b" })], "a"],
    ["empty", [attribute("session.id", { stringValue: "" })], undefined],
    [
      "empty first",
      [attribute("session.id", { stringValue: "" }), attribute("session.id", { stringValue: "b" })],
      undefined,
    ],
    ["with an index besides", [attribute("session.id", { stringValue: "a" }, 5)], "a"],
    ["an index alone", [attribute("session.id", { stringValueStrindex: 5 })], undefined],
    ["a list first", [attribute("session.id", { arrayValue: {} }), attribute("session.id", { stringValue: "b" })], "b"],
  ])("takes a session.id that is %s for the same in each way", async (_what, attributes, session) => {
    const read = await readEachWay(requestOf([{ name: "", records: [attributes] }]));
    const expected = session === undefined ? [] : [sessionDigest(session)];
    for (const { sessions } of Object.values(read)) expect([...sessions]).toEqual(expected);
  });

  test.each(ENCODINGS)("does not take the probe of masque doctor for a record of masque, in %s", async (encoding) => {
    const probe = serializeProbe({ id: "00000000", unixNano: 1n, transport: "http/json" });
    const read = await reader.read({ signal: "logs", encoding, bytes: probe[encoding] });
    expect(read).toMatchObject({ records: 1, masqueRecords: 0 });
  });

  test.each(ENCODINGS)("reads ids of 1 MiB in %s, and the tally keeps none of them", async (encoding) => {
    const tally = new Tally(0);
    const before = heapBytes();
    for (let number = 0; number < 100; number += 1) {
      const id = `${number}-${"x".repeat(1024 * 1024)}`;
      const request = requestOf([{ name: "", records: [[attribute("session.id", { stringValue: id })]] }]);
      const bytes = encoding === "json" ? Buffer.from(JSON.stringify(request)) : encodeOtlp(REQUESTS.logs, request);
      tally.accepted("logs", await reader.read({ signal: "logs", encoding, bytes }), {
        bytes: bytes.length,
        unixMs: 1,
      });
    }
    expect(tally.counts(1).sessions).toBe(100);
    expect(heapBytes() - before).toBeLessThan(20 * 1024 * 1024);
  });

  test("counts 10,000 sessions of one request, and of all, at most", async () => {
    const tally = new Tally(0);
    for (const run of ["a", "b"]) {
      const records = Array.from({ length: LIMITS.sessionsCountedMax + 50 }, (_, index) => [
        attribute("session.id", { stringValue: `${run}${index}` }),
      ]);
      const bytes = Buffer.from(JSON.stringify(requestOf([{ name: "", records }])));
      const read = await reader.read({ signal: "logs", encoding: "json", bytes });
      expect(read.sessions.size).toBe(LIMITS.sessionsCountedMax);
      tally.accepted("logs", read, { bytes: bytes.length, unixMs: 1 });
    }
    expect(tally.counts(1).sessions).toBe(LIMITS.sessionsCountedMax);
  });
});

function heapBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
}
