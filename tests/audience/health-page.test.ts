import { expect, test } from "bun:test";
import { testReceiver } from "../support/receiver.ts";
import { healthNow } from "../support/receiver-probe.ts";

/** The health page of a receiver in this process. */

const RECORDS = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{},{}]}]}]}';

test("the health page tells ports, process and what was taken and refused, by cause", async () => {
  await using receiver = await testReceiver();
  await receiver.post("/v1/logs", RECORDS);
  await receiver.post("/v1/logs", "no json");
  await receiver.post("/v1/nothing", "{}");
  const { instance, ports } = receiver.health;
  expect(await healthNow(receiver)).toMatchObject({
    status: "ok",
    pid: process.pid,
    instance,
    ports,
    requests: { logs: 1 },
    records: { logs: 3 },
    refused: 2,
    refused_by_cause: { malformed: 1, path: 1, overloaded: 0 },
  });
});

test("the health page is for no web page, and for GET and HEAD alone", async () => {
  await using receiver = await testReceiver();
  const url = `http://127.0.0.1:${receiver.health.ports.health}/`;
  expect((await fetch(url, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(405);
  expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
});
