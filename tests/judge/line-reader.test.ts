import { expect, test } from "bun:test";
import type { Columns } from "../../src/judge/reading/columns.ts";
import { LineReader } from "../../src/judge/reading/line-reader.ts";
import { LIMITS } from "../../src/kernel/limits.ts";
import { isObject, parseJson } from "../../src/kernel/text/json.ts";
import { MUTATIONS, mutate } from "../support/mutate.ts";
import { mutateLine } from "../support/mutate-lines.ts";
import { generatedRequests, sentLines } from "../support/otlp-corpus.ts";
import { seededRandom } from "../support/random.ts";
import { testSeed } from "../support/seed.ts";
import { hostLine, markLine, NOON_UNIX_NANO } from "../support/telemetry-lines.ts";

const PLACE = { source: 0, line: 0, content: "events" } as const;
const MARK = { session: "s-1", masqueSession: "m-1", unixNano: NOON_UNIX_NANO };
const RECORD = {
  unixNano: NOON_UNIX_NANO,
  body: "claude_code.tool_result",
  attributes: { "session.id": "s-1", "prompt.id": "\u{feff}é😀\u2028", tool_name: 'Ba"sh\n', cost_usd: 0.1 + 0.2 },
};
const DAMAGED_LINES = 20_000;

test("LineReader reads the same rows from the shapes of the Collector and of JavaScript exporters", () => {
  expect(rowsOf([hostLine([RECORD])])).toEqual(rowsOf([hostLine([RECORD], "javascript")]));
  const [row] = rowsOf([hostLine([RECORD])]).records;
  expect(row).toMatchObject({
    session: "s-1",
    prompt: "\u{feff}é😀\u2028",
    tool: 'Ba"sh\n',
    cost: "0.30000000000000004",
  });
});

test("LineReader reads dons and doffs as marks, and a client's lines as records", () => {
  const lines = (["don", "doff"] as const).map((kind) => markLine(kind, MARK));
  expect(rowsOf(lines, "marks").marks.map(({ is_don }) => is_don)).toEqual(["1", "0"]);
  expect(rowsOf(lines)).toEqual({ records: [], marks: [] });
  expect(rowsOf(sentLines()).records.length).toBeGreaterThan(10);
  expect(rowsOf(sentLines(), "marks")).toEqual({ records: [], marks: [] });
});

test.each([
  ["an empty line", "", "blank"],
  ["spaces", "  \t", "blank"],
  ["half a line", '{"resourceLogs":[', "broken"],
  ["an array", "[]", "foreign"],
  ["another program's object", '{"level":"info"}', "foreign"],
  ["metrics", '{"resourceMetrics":[]}', "other signal"],
  ["an empty request", "{}", "other signal"],
  ["logs that are not a list", '{"resourceLogs":{"scopeLogs":1}}', "logs"],
])("LineReader says of %s what kind of line it is", (_name, line, kind) => {
  const reader = new LineReader();
  expect(reader.readLine(Buffer.from(line), 0, PLACE).kind).toBe(kind as "logs");
  expect(reader.rows.records.rows).toBe(0);
});

test(`LineReader: none of ${DAMAGED_LINES} damaged lines throws, and none changes the lines beside it`, () => {
  const random = seededRandom(testSeed());
  const corpus = [...sentLines(), ...generatedLines(), markLine("don", MARK), hostLine([RECORD])].map((line) =>
    Buffer.from(line),
  );
  const good = Buffer.from(hostLine([RECORD]));
  const goodRow = rowsOf([good.toString()]).records[0];
  const seen = { logs: 0, other: 0 };
  for (let number = 0; number < DAMAGED_LINES; number++) {
    const changed = mutateLine(random.pick(corpus), random);
    const isDamaged = random.whole(4) === 0;
    const bytes = isDamaged
      ? mutate(changed, random, { mutations: MUTATIONS.json, other: random.pick(corpus) })
      : changed;
    const line = bytes.toString().replaceAll("\n", " ");
    const kind = kindAlone(line);
    const { records } = rowsOf([good.toString(), line, good.toString()]);
    expect({ number, kind, first: records.at(0), last: records.at(-1) }).toEqual({
      number,
      kind: kind === "too much" ? kind : expectedKind(line),
      first: goodRow,
      last: { ...goodRow, line: "2" },
    });
    if (kind === "too much") expect(depthOf(line)).toBeGreaterThan(LIMITS.otlpJsonDepthMax);
    if (kind !== "logs") expect(records).toHaveLength(2);
    seen[kind === "logs" ? "logs" : "other"] += 1;
  }
  // Damage that no line survives, or that every line survives, would test nothing.
  expect(Math.min(seen.logs, seen.other)).toBeGreaterThan(1_000);
}, 120_000);

function kindAlone(line: string): string {
  return new LineReader().readLine(Buffer.from(line), 0, PLACE).kind;
}

/** What a line is, by its first byte and its members alone. */
function expectedKind(line: string): string {
  if (/^[ \t\r]*$/.test(line)) return "blank";
  if (!/^[ \t\r]*\{/.test(line)) return "foreign";
  const value = parseJson(line);
  if (!isObject(value)) return "broken";
  if ("resourceLogs" in value) return "logs";
  if ("resourceMetrics" in value || "resourceSpans" in value) return "other signal";
  return Object.keys(value).length === 0 ? "other signal" : "foreign";
}

/** Objects and lists within each other as they are written: of a key that is there twice, a parser keeps one. */
function depthOf(line: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of line.replace(/"(?:[^"\\]|\\.)*"/g, "").matchAll(/[[\]{}]/g)) {
    depth += bracket === "{" || bracket === "[" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function generatedLines(): string[] {
  return generatedRequests(1).map(({ request }) => JSON.stringify(request));
}

/** Every row of some lines, read as one chunk. */
function rowsOf(lines: readonly string[], content: "events" | "marks" = "events") {
  const reader = new LineReader();
  const bytes = Buffer.from(lines.join("\n"));
  let start = 0;
  for (let line = 0; line < lines.length; line++)
    start = reader.readLine(bytes, start, { ...PLACE, line, content }).end + 1;
  return { records: contentOf(reader.rows.records), marks: contentOf(reader.rows.marks) };
}

function contentOf({ columns, rows, texts, times }: Columns): Record<string, string | undefined>[] {
  return Array.from({ length: rows }, (_, row) => ({
    ...Object.fromEntries(
      columns.map(({ name, type, values }) => [
        name,
        type === "VARCHAR" ? texts[values[row] ?? -1] : String(values[row] ?? 0),
      ]),
    ),
    time: String(times[row]),
  }));
}
