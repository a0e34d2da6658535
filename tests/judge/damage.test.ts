import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openJudge } from "../../src/judge/duckdb/open-judge.ts";
import type { Verdict } from "../../src/judge/port.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";
import { temporaryFolder } from "../support/temp-folder.ts";

/** What a file may hold besides good lines: a bad line costs itself, is counted, and nothing else is lost. */

const folder = temporaryFolder();
const judge = await openJudge({ libraries: folder.path, judge: folder.path });
afterAll(() => {
  judge.close();
  folder[Symbol.dispose]();
});

let files = 0;
async function judged(content: string | Uint8Array, name = "logs.jsonl", dons = ""): Promise<Verdict> {
  const path = join(folder.path, `${files++}-${name}`);
  writeFileSync(path, content);
  const marks = join(folder.path, "masque.jsonl");
  writeFileSync(marks, dons);
  return judge.score({ kind: "last" }, { logs: [path], marks: [marks] });
}

let sequence = 0;
function tool(more: Record<string, string | number | boolean> = {}) {
  const attributes = { "session.id": "s-1", "event.sequence": sequence++, success: "true", ...more };
  return { unixNano: NOON_UNIX_NANO, body: "claude_code.tool_result", attributes };
}

function line(more?: Record<string, string | number | boolean>): string {
  return hostLine([tool(more)]);
}

test.each([
  ["a torn last line", [line(), line().slice(0, 80)].join("\n"), 1],
  ["two requests glued on one line", [line(), line() + line()].join("\n"), 1],
  ["text that is not JSON", [line(), "hello"].join("\n"), 1],
  ["JSON that is not an export request", [line(), "5", "[]", '{"a":1}'].join("\n"), 3],
  ["blank lines and carriage returns", `\r\n${line()}\r\n \r\n`, 0],
  [
    "other signals, and requests without content",
    [line(), '{"resourceMetrics":[]}', '{"resourceSpans":[]}', "{}"].join("\n"),
    0,
  ],
  ["a request pushed to null", [line(), '{"resourceLogs":null}'].join("\n"), 0],
  ["a byte order mark", `\ufeff${line()}`, 0],
])("%s", async (_, content, skipped) => {
  const { scorecards, linesSkipped } = await judged(content);
  expect(linesSkipped).toBe(skipped);
  expect(scorecards[0]?.stats.total_tools).toBe(1);
});

test("values of another shape cost themselves alone", async () => {
  const good = JSON.parse(line()).resourceLogs[0];
  const odd = {
    scopeLogs: [null, 5, { logRecords: [null, "x", { attributes: 5 }, { attributes: [{ key: 5 }, null] }] }],
  };
  const content = JSON.stringify({ resourceLogs: [null, odd, good], unknown: { deep: [1] } });
  expect(await judged(content)).toMatchObject({ linesSkipped: 0, scorecards: [{ stats: { total_tools: 1 } }] });
});

test("a cost that is not a number counts as absent", async () => {
  const request = (cost: unknown) =>
    hostLine([{ ...tool(), body: "claude_code.api_request" }]).replace(
      '"attributes":[{"key":"session.id"',
      `"attributes":[{"key":"cost_usd","value":{"doubleValue":${JSON.stringify(cost)}}},{"key":"session.id"`,
    );
  const content = [0.5, {}, null, "NaN", "Infinity", "x", 0.25].map(request).join("\n");
  expect((await judged(content)).scorecards[0]?.stats.total_cost).toBe(0.75);
});

describe("text that DuckDB would refuse a whole file for", () => {
  test("a prompt cut inside an emoji", async () => {
    const cut = line({ prompt: "wave \ud83d" });
    expect(cut).toContain("\\ud83d");
    expect(await judged([cut, line()].join("\n"))).toMatchObject({
      linesSkipped: 0,
      scorecards: [{ stats: { total_tools: 2 } }],
    });
  });

  test("bytes that are not UTF-8", async () => {
    const inPrompt = Buffer.from(line({ prompt: "#" }));
    inPrompt[inPrompt.lastIndexOf("#")] = 0xff;
    expect(await judged(inPrompt)).toMatchObject({ linesSkipped: 0, scorecards: [{ stats: { total_tools: 1 } }] });
  });

  test("NUL, a line separator and an escaped newline in a prompt", async () => {
    expect((await judged(line({ prompt: "\u0000\u2028\n" }))).scorecards[0]?.stats.total_tools).toBe(1);
  });

  test("a line of 40 MiB", async () => {
    const long = line({ prompt: "x".repeat(40 * 1024 * 1024) });
    expect(await judged([line(), long, line()].join("\n"))).toMatchObject({
      linesSkipped: 0,
      scorecards: [{ stats: { total_tools: 3 } }],
    });
  }, 60_000);
});

test("a raw body over several lines is one request", async () => {
  const content = JSON.stringify(JSON.parse(hostLine([tool(), tool()], "javascript")), null, 2);
  expect(await judged(content, "body.json")).toMatchObject({
    linesSkipped: 0,
    scorecards: [{ stats: { total_tools: 2 } }],
  });
});

test.each(["a b", "né", "\u001b[2J", "x".repeat(5000)])(
  "a session whose id is %j, as no host of ours writes it, is scored as any other",
  async (id) => {
    expect((await judged(line({ "session.id": id }))).scorecards).toMatchObject([{ session: id }]);
  },
);

test("a masque session whose id no masque writes is scored as any other", async () => {
  const don = markLine("don", { session: "s 1", masqueSession: "m 1", unixNano: NOON_UNIX_NANO });
  expect((await judged(line({ "session.id": "s 1" }), "logs.jsonl", don)).scorecards).toMatchObject([
    { session: "s 1", masque_session: "m 1", stats: { total_tools: 1 } },
  ]);
});

test("a .json file of several requests is read by its lines", async () => {
  expect((await judged([line(), line()].join("\n"), "lines.json")).scorecards[0]?.stats.total_tools).toBe(2);
});

test("bytes that are not a protobuf log request hold no event", async () => {
  expect(await judged(new Uint8Array([0xff, 0x01, 0x02]), "body.pb")).toMatchObject({ eventsRead: 0, scorecards: [] });
});

test("times beyond a double's reach keep their order to the nanosecond", async () => {
  const don = markLine("don", { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO + 1n });
  const at = (nanos: bigint) => hostLine([{ ...tool(), unixNano: NOON_UNIX_NANO + nanos }]);
  const { scorecards } = await judged([at(0n), at(1n), at(2n)].join("\n"), "logs.jsonl", don);
  expect(scorecards).toMatchObject([{ masque_session: "m-1", stats: { total_tools: 2 } }]);
});

test("a time written as a number is read to the nanosecond", async () => {
  const asNumber = line().replace(/"timeUnixNano":"(\d+)"/, '"timeUnixNano":$1');
  const don = markLine("don", { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO + 1n });
  expect((await judged(asNumber, "logs.jsonl", don)).scorecards).toMatchObject([{ stats: { total_tools: 0 } }]);
});

test.skipIf(process.getuid?.() === 0)("a file that may not be read is named", async () => {
  const path = join(folder.path, "locked.jsonl");
  writeFileSync(path, line());
  chmodSync(path, 0);
  const scoring = judge.score({ kind: "last" }, { logs: [path], marks: [path] });
  await expect(scoring).rejects.toThrow(expect.objectContaining({ code: "judge.logs-unreadable" }));
});
