import { expect, test } from "bun:test";
import { LineReader } from "../../src/judge/reading/line-reader.ts";
import { linesOf } from "../../src/telemetry/line.ts";
import { fuzzLines } from "../long/fuzz-lines.ts";
import { recordedRequests, sentLines, singleRequests } from "../support/otlp-corpus.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";

const PLACE = { source: 0, line: 0, content: "events-and-marks" } as const;
const MARK = { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO };
const RECORD = {
  unixNano: NOON_UNIX_NANO,
  body: "claude_code.tool_result",
  attributes: { "session.id": "s-1", "prompt.id": "\u{feff}é😀\u2028", tool_name: 'Ba"sh\n', cost_usd: 0.1 + 0.2 },
};

test.each<readonly [string, readonly string[]]>([
  ["requests as a client sends them", sentLines()],
  ["lines as the receiver writes them", receivedLines()],
  ["dons and doffs", (["don", "doff"] as const).map((kind) => markLine(kind, MARK))],
  ["text of any kind", [hostLine([RECORD]), hostLine([RECORD], "javascript")]],
])("LineReader reads %s without the thorough reader", (_, lines) => {
  const reader = new LineReader();
  for (const line of lines) reader.readLine(Buffer.from(line), 0, PLACE);
  expect(lines.length).toBeGreaterThan(0);
  expect(reader.quickLines).toBe(lines.length);
});

test("LineReader reads the same of 20,000 damaged lines as the thorough reader alone", () => {
  const { logs, rows, changed } = fuzzLines({ lines: 20_000, seed: 1 });
  // Damage that nothing survives would test nothing, nor would changes that each leave to the thorough reader.
  expect(Math.min(logs, rows, changed.logs, changed.quick)).toBeGreaterThan(1_000);
}, 120_000);

function receivedLines(): string[] {
  const requests = recordedRequests().filter(({ signal }) => signal === "logs");
  return [...requests, ...requests.flatMap(singleRequests)].flatMap(
    ({ signal, request }) => linesOf(signal, request).lines,
  );
}
