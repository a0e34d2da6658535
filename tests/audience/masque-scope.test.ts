import { expect, test } from "bun:test";
import { REQUESTS } from "../../src/telemetry/message.ts";
import { MASQUE_BINARY } from "../support/binary.ts";
import { binaryReceiver } from "../support/binary-receiver.ts";
import { encodeOtlp } from "../support/encode-otlp.ts";
import { grpcClient } from "../support/grpc.ts";
import { healthNow, textsOf } from "../support/receiver-probe.ts";

/** A sender that writes records as masque does. */

const DON = {
  resourceLogs: [
    {
      resource: {},
      scopeLogs: [
        {
          scope: { name: "masque" },
          logRecords: [
            {
              timeUnixNano: "1795371840964000000",
              body: { stringValue: "masque.don" },
              attributes: [{ key: "session.id", value: { stringValue: "somebody-else" } }],
            },
          ],
        },
      ],
    },
  ],
};

test("a don that a sender forges is kept as any record, counted, and shown by masque audience status", async () => {
  await using receiver = await binaryReceiver();
  const protobuf = encodeOtlp(REQUESTS.logs, DON);
  using client = grpcClient(receiver.health.ports.grpc);
  expect((await receiver.post("/v1/logs", JSON.stringify(DON))).status).toBe(200);
  expect((await receiver.post("/v1/logs", protobuf, { "content-type": "application/x-protobuf" })).status).toBe(200);
  expect((await client.export("logs", protobuf)).code).toBe(0);
  expect(textsOf(receiver, "logs")).toHaveLength(3);
  expect(await healthNow(receiver)).toMatchObject({ records: { logs: 3 }, masque_records: 3, sessions: 1 });
  const status = Bun.spawnSync([MASQUE_BINARY, "audience", "status"], {
    cwd: receiver.root,
    env: { HOME: receiver.root, NO_COLOR: "1" },
  });
  expect(status.stdout.toString()).toContain('ignored    3 records of scope "masque" came from a sender');
});
